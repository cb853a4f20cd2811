"""The service that tells a cooperative of its money: its secret kept encrypted, never shown."""

from datetime import datetime
from typing import Final

from sqlmodel import Session, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.devices.vault import Vault
from cloud.payments.models import BankFeed, Provider, Scheme
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.settings import Settings

PATH: Final = "/api/v1/sepay"
"""Where SePay tells of money, followed by the public id of the cooperative's feed."""
PAYOS: Final = "/api/v1/payos"
"""The same for payOS."""
_SECRET: Final = "bank-feeds"  # noqa: S105 - the name of a file


def open_vault(settings: Settings) -> Vault:
    return Vault(settings.secret(_SECRET), _SECRET)


def address(feed: BankFeed) -> str:
    """The path that the service is given."""
    path = PAYOS if feed.scheme.provider is Provider.PAYOS else PATH
    return f"{path}/{feed.public_id}"


def own(session: Session, principal: Principal) -> BankFeed | None:
    return session.exec(scoped(select(BankFeed), principal)).one_or_none()


def find(session: Session, public_id: str) -> BankFeed | None:
    """The feed a service names in its address; what it may say is checked before it counts."""
    return session.exec(select(BankFeed).where(BankFeed.public_id == public_id)).one_or_none()


def configure(
    session: Session,
    principal: Principal,
    vault: Vault,
    scheme: Scheme,
    secret: str,
    now: datetime,
) -> BankFeed:
    """From now on only who knows this secret tells of money; the secret before counts no more."""
    feed = own(session, principal)
    if feed is None:
        feed = BankFeed(
            cooperative_id=principal.cooperative_id, scheme=scheme, sealed="", changed_at=now
        )
    feed.scheme, feed.changed_at, feed.heard_at = scheme, now, None
    feed.sealed = vault.seal(feed.public_id, secret.encode())
    session.add(feed)
    session.flush()
    deed = Deed(AuditAction.FEED_CHANGED, f"feed:{feed.public_id}", {"scheme": scheme.value})
    audit.note(session, principal, deed, now)
    return feed


def secret_of(vault: Vault, feed: BankFeed) -> str:
    return vault.unseal(feed.public_id, feed.sealed).decode()
