"""Who may do what: one table, one way to ask, and no route without an answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlmodel import Session

from cloud.db import SessionDep
from cloud.errors import ConfigurationError, Forbidden, Unauthenticated
from cloud.principal import Principal, Role


class Permission(StrEnum):
    """One thing a member may do."""

    GREENHOUSE_READ = "greenhouse.read"
    WATER = "water"
    DEVICE_READ = "device.read"
    LOT_READ = "lot.read"
    LOT_WRITE = "lot.write"
    STAMP_ISSUE = "stamp.issue"
    PRODUCT_WRITE = "product.write"
    ORDER_READ = "order.read"
    ORDER_WRITE = "order.write"


PUBLIC: Final = "public"
"""What an open route declares."""

_FARMER: Final = frozenset(
    {
        Permission.GREENHOUSE_READ,
        Permission.WATER,
        Permission.DEVICE_READ,
        Permission.LOT_READ,
    }
)

ROLE_PERMISSIONS: Final = {
    Role.FARMER: _FARMER,
    Role.MANAGER: frozenset(Permission),
}


class Authenticator(Protocol):
    """Tells who a request comes from; given to the application when it is put together."""

    def __call__(self, session: Session, request: Request) -> Principal | None: ...


@dataclass(frozen=True)
class Guard:
    """A dependency that lets a caller through iff the role has the permission."""

    permission: Permission

    def __call__(self, request: Request, session: SessionDep) -> Principal:
        identify: Authenticator = request.app.state.identify
        principal = identify(session, request)
        if principal is None:
            raise Unauthenticated
        if self.permission not in ROLE_PERMISSIONS[principal.role]:
            raise Forbidden
        request.state.principal = principal
        return principal


@dataclass(frozen=True)
class Open:
    """A dependency that declares a route open to everyone."""

    def __call__(self) -> None:
        return None


def require(permission: Permission) -> Guard:
    """`Annotated[Principal, Depends(require(Permission.X))]`."""
    return Guard(permission)


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
            DeclaredRoute(method, context.path or "", permission)
            for method in sorted(context.methods or ())
        ]
    return sorted(found, key=lambda route: (route.path, route.method))


def refuse_undeclared(app: FastAPI) -> None:
    """Do not start with a route that forgot to say who may use it."""
    forgotten = [
        f"{route.method} {route.path}" for route in declared_routes(app) if not route.permission
    ]
    if forgotten:
        raise ConfigurationError(f"routes without a declared permission: {', '.join(forgotten)}")


def _declared(dependant: Dependant) -> Iterator[str]:
    call: Callable[..., object] | None = dependant.call
    if isinstance(call, Guard):
        yield call.permission.value
    elif isinstance(call, Open):
        yield PUBLIC
    for child in dependant.dependencies:
        yield from _declared(child)
