"""Contracts with carriers: their tokens kept encrypted, never shown, and used to call them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.devices.vault import Vault
from cloud.principal import Principal
from cloud.scope import find, scoped
from cloud.settings import Settings
from cloud.shipping.carrier import Carrier, CarrierName
from cloud.shipping.ghn import Ghn
from cloud.shipping.ghtk import Ghtk
from cloud.shipping.models import CarrierAccount, CarrierForm

_SECRET: Final = "carriers"  # noqa: S105 - the name of a file


class Opener(Protocol):
    """Makes an adapter of a token and the number by which the carrier knows the shop."""

    def __call__(self, token: str, number: str, /) -> Carrier: ...


ADAPTERS: Final[Mapping[CarrierName, Opener]] = {CarrierName.GHN: Ghn, CarrierName.GHTK: Ghtk}


def open_vault(settings: Settings) -> Vault:
    return Vault(settings.secret(_SECRET), _SECRET)


@dataclass(frozen=True)
class Counters:
    """Where carriers are called."""

    vault: Vault
    adapters: Mapping[CarrierName, Opener] = field(default_factory=lambda: ADAPTERS)

    def at(self, account: CarrierAccount) -> Carrier:
        token = self.vault.unseal(account.public_id, account.sealed).decode()
        return self.adapters[account.carrier](token, account.number)


def own(session: Session, principal: Principal) -> Sequence[CarrierAccount]:
    """The caller's contracts."""
    mine = scoped(select(CarrierAccount), principal)
    return session.exec(mine.order_by(col(CarrierAccount.carrier))).all()


def of(session: Session, cooperative_id: int, carrier: CarrierName) -> CarrierAccount | None:
    return session.exec(
        select(CarrierAccount).where(
            CarrierAccount.cooperative_id == cooperative_id, CarrierAccount.carrier == carrier
        )
    ).one_or_none()


def connect(
    session: Session, principal: Principal, vault: Vault, form: CarrierForm, now: datetime
) -> None:
    """From now on the carrier can be told of parcels; a token before counts no more."""
    carrier = CarrierName(form.carrier)
    account = of(session, principal.cooperative_id, carrier) or CarrierAccount(
        cooperative_id=principal.cooperative_id,
        carrier=carrier,
        number="",
        sealed="",
        changed_at=now,
    )
    account.number, account.changed_at = form.number, now
    account.sealed = vault.seal(account.public_id, form.token.encode())
    session.add(account)
    session.flush()
    deed = Deed(AuditAction.CARRIER_CONNECTED, f"carrier:{carrier}", {"number": form.number})
    audit.note(session, principal, deed, now)


def disconnect(session: Session, principal: Principal, contract: str, now: datetime) -> None:
    """Its token is gone; parcels on the way are followed by people again.

    Raises:
        NotFound: the caller has no such contract.
    """
    account = find(session, CarrierAccount, contract, principal)
    session.delete(account)
    deed = Deed(AuditAction.CARRIER_DISCONNECTED, f"carrier:{account.carrier}")
    audit.note(session, principal, deed, now)
