"""Who may do what: one table, one way to ask, and no route without an answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlmodel import Session

from cloud.clock import Clock
from cloud.errors import ConfigurationError, Forbidden, ProofNeeded, Unauthenticated
from cloud.principal import Principal, Role
from cloud.transaction import SessionDep


class Permission(StrEnum):
    """One thing a member may do."""

    GREENHOUSE_READ = "greenhouse.read"
    WATER = "water"
    STOP = "stop"
    ALERT_WRITE = "alert.write"
    SETTINGS = "settings"
    DEVICE_READ = "device.read"
    LOT_READ = "lot.read"
    LOT_WRITE = "lot.write"
    STAMP_ISSUE = "stamp.issue"
    PRODUCT_READ = "product.read"
    PRODUCT_WRITE = "product.write"
    PRODUCT_REVIEW = "product.review"
    ORDER_READ = "order.read"
    ORDER_WRITE = "order.write"
    MONEY_WRITE = "money.write"
    MEMBER_READ = "member.read"
    MEMBER_WRITE = "member.write"
    AUDIT_READ = "audit.read"
    ENTRY_WRITE = "entry.write"
    DIARY_WRITE = "diary.write"
    ACCOUNT_OWN = "account.own"
    HELP = "help"
    VOUCH = "vouch"
    FARM_WRITE = "farm.write"
    COOPERATIVE_WRITE = "cooperative.write"
    PRACTICE = "practice"
    TRAINING_READ = "training.read"
    EPCIS_READ = "epcis.read"
    EPCIS_WRITE = "epcis.write"
    PROGRAM_WRITE = "program.write"


PUBLIC: Final = "public"
"""What an open route declares."""

_ANYBODY: Final = frozenset({Permission.ACCOUNT_OWN})
"""Where one is logged in, and by what, is everybody's own."""

_SEES_GARDEN: Final = _ANYBODY | {Permission.GREENHOUSE_READ, Permission.LOT_READ}

_MEMBER: Final = _SEES_GARDEN | {
    Permission.STOP,
    Permission.ALERT_WRITE,
    Permission.PRACTICE,
}
"""Whoever works here and sees water running where it should not may stop it, and say so."""

ROLE_PERMISSIONS: Final = {
    # Grows: waters, sees what was harvested, sells and stamps nothing.
    Role.FARMER: _MEMBER
    | {
        Permission.WATER,
        Permission.SETTINGS,
        Permission.DEVICE_READ,
        Permission.DIARY_WRITE,
    },
    # Answers for the cooperative, so nothing of it is closed to them.
    Role.MANAGER: frozenset(Permission),
    # Weighs, stamps and sends; never touches money or what a product says.
    Role.PACKER: _MEMBER
    | {
        Permission.LOT_WRITE,
        Permission.STAMP_ISSUE,
        Permission.ORDER_READ,
        Permission.ORDER_WRITE,
    },
    # Writes what a product says; somebody else puts it on the shelf.
    Role.EDITOR: _MEMBER | {Permission.PRODUCT_READ, Permission.PRODUCT_WRITE},
    Role.REVIEWER: _MEMBER | {Permission.PRODUCT_READ, Permission.PRODUCT_REVIEW},
    # Looks, does what somebody who is with them lets them do, and vouches for farmers they know.
    Role.HELPER: _ANYBODY
    | {
        Permission.GREENHOUSE_READ,
        Permission.DEVICE_READ,
        Permission.HELP,
        Permission.VOUCH,
        Permission.TRAINING_READ,
    },
    # The commune sees gardens, harvests and how many have learnt what; no buyer and no money.
    Role.OFFICER: _SEES_GARDEN | {Permission.TRAINING_READ},
}
"""The one table of who may do what; what is not here is refused."""

LENT: Final = frozenset(
    {
        Permission.GREENHOUSE_READ,
        Permission.WATER,
        Permission.STOP,
        Permission.ALERT_WRITE,
        Permission.SETTINGS,
        Permission.DEVICE_READ,
        Permission.LOT_READ,
        Permission.LOT_WRITE,
        Permission.PRODUCT_READ,
        Permission.PRODUCT_WRITE,
        Permission.FARM_WRITE,
        Permission.DIARY_WRITE,
        Permission.PRACTICE,
        Permission.TRAINING_READ,
    }
)
"""What of somebody's rights a helper gets: work that shows and can be put right again.

Neither money nor buyers, stamps, people, ways in, nor the account itself.
"""

PRACTISED: Final = frozenset(
    {
        Permission.GREENHOUSE_READ,
        Permission.WATER,
        Permission.STOP,
        Permission.ALERT_WRITE,
        Permission.SETTINGS,
        Permission.DIARY_WRITE,
        Permission.PRACTICE,
    }
)
"""What is left to whoever is on a practice greenhouse: what the lessons ask for."""


class Authenticator(Protocol):
    """Tells who a request comes from; given to the application when it is put together."""

    def __call__(self, session: Session, request: Request) -> Principal | None: ...


PROOF_LIFE: Final = timedelta(minutes=15)
"""How long a password shown counts for what weighs much: one sitting at the members' page."""


@dataclass(frozen=True)
class Guard:
    """A dependency that lets a caller through iff the role has the permission.

    With `proved`, iff the browser has shown the password a short while ago too; on a practice
    greenhouse there is nothing to guard.
    """

    permission: Permission
    proved: bool = False

    def __call__(self, request: Request, session: SessionDep) -> Principal:
        principal = _identified(session, request, self.permission)
        request.state.session = session
        if self.proved and principal.practice is None:
            clock: Clock = request.app.state.clock
            demand_proof(principal, clock.now())
        return principal


@dataclass(frozen=True)
class EarlyGuard:
    """The same for a route that works long before it writes.

    It asks in a transaction of its own, so that the request's begins, and locks, when the work
    is done.
    """

    permission: Permission

    def __call__(self, request: Request) -> Principal:
        with Session(request.app.state.engine) as session:
            return _identified(session, request, self.permission)


@dataclass(frozen=True)
class Open:
    """A dependency that declares a route open to everyone.

    A coroutine, since a plain function would be sent to a thread for nothing.
    """

    async def __call__(self) -> None:
        return None


def rights(role: Role, *, lent: bool = False, practises: bool = False) -> frozenset[Permission]:
    """What a role may do, itself or by the hand of a helper, who may always stop helping."""
    own = ROLE_PERMISSIONS[role]
    if practises:
        own &= PRACTISED
    return (own & LENT) | {Permission.HELP} if lent else own


def may(principal: Principal | None, permission: Permission) -> bool:
    if principal is None:
        return False
    helped, practises = principal.helper is not None, principal.practice is not None
    if principal.only is not None and permission not in principal.only:
        return False
    return permission in rights(principal.role, lent=helped, practises=practises)


def demand(principal: Principal, permission: Permission) -> None:
    """For a route whose body decides what is done.

    Raises:
        Forbidden: the role does not include this.
    """
    if not may(principal, permission):
        raise Forbidden


def demand_proof(principal: Principal, now: datetime) -> None:
    """For what weighs much: who comes in, and who may do what.

    Raises:
        ProofNeeded: the password was shown too long ago, or never.
    """
    if principal.proved_at is None or now - principal.proved_at >= PROOF_LIFE:
        raise ProofNeeded


def require(permission: Permission, *, proved: bool = False) -> Guard:
    """`Annotated[Principal, Depends(require(Permission.X))]`."""
    return Guard(permission, proved)


def require_early(permission: Permission) -> EarlyGuard:
    """The same, for a route that works long before its transaction begins."""
    return EarlyGuard(permission)


def public() -> Open:
    """`dependencies=[Depends(public())]`."""
    return Open()


@dataclass(frozen=True)
class DeclaredRoute:
    """A route and what it asks of its caller."""

    method: str
    path: str
    permission: str | None


def declared_routes(app: FastAPI) -> list[DeclaredRoute]:
    """All routes of the application; `permission` is None where a route declares nothing."""
    found = []
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        if dependant is None:
            continue  # static files and the OpenAPI document: files of ours, no data of anyone
        permission = next(_declared(dependant), None)
        found += [
            DeclaredRoute(method, address_of(context.path), permission)
            for method in sorted(context.methods or ())
        ]
    return sorted(found, key=lambda route: (route.path, route.method))


def address_of(path: str | None) -> str:
    """A route's path as it is described: a part that may hold slashes is named as any other."""
    return (path or "").replace(":path}", "}")


def refuse_undeclared(app: FastAPI) -> None:
    """Do not start with a route that forgot to say who may use it."""
    forgotten = [
        f"{route.method} {route.path}" for route in declared_routes(app) if not route.permission
    ]
    if forgotten:
        raise ConfigurationError(f"routes without a declared permission: {', '.join(forgotten)}")


def _identified(session: Session, request: Request, permission: Permission) -> Principal:
    identify: Authenticator = request.app.state.identify
    principal = identify(session, request)
    if principal is None:
        raise Unauthenticated
    demand(principal, permission)
    request.state.principal = principal
    return principal


def _declared(dependant: Dependant) -> Iterator[str]:
    call: Callable[..., object] | None = dependant.call
    if isinstance(call, Guard | EarlyGuard):
        yield call.permission.value
    elif isinstance(call, Open):
        yield PUBLIC
    for child in dependant.dependencies:
        yield from _declared(child)
