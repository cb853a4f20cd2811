"""What happened to a product: every state it came to and every change, with who and why.

Whatever is noted here may show: the window is put right in the same breath.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.accounts.models import Account
from cloud.principal import Principal
from cloud.products import window
from cloud.products.models import Product, ProductEvent

CHANGED: Final = "changed"
_LISTED: Final = 100
"""Events on one page: years of most products."""

Changes = Mapping[str, tuple[str, str]]
"""Each changed field with what stood there and what stands there now."""


def note(
    session: Session,
    product: Product,
    who: Principal | None,
    what: str,
    now: datetime,
    reason: str = "",
) -> None:
    """That a product came to a state; without a person it was its time."""
    session.add(_event(product, who, what, now, note=reason))
    _show(session, product)


def changed(
    session: Session, product: Product, who: Principal, changes: Changes, now: datetime
) -> None:
    event = _event(product, who, CHANGED, now)
    event.detail = {name: [before, after] for name, (before, after) in changes.items()}
    session.add(event)
    _show(session, product)


def of(session: Session, product: Product) -> Sequence[tuple[ProductEvent, str]]:
    """What happened, newest first, each with the name of who did it."""
    found = session.exec(
        select(ProductEvent, Account.name)
        .outerjoin(Account, col(Account.id) == col(ProductEvent.account_id))
        .where(ProductEvent.product_id == product.id)
        .order_by(col(ProductEvent.id).desc())
        .limit(_LISTED)
    )
    return [(event, name or "") for event, name in found]


def _show(session: Session, product: Product) -> None:
    session.flush()
    window.refresh(session, cast("int", product.id))


def _event(
    product: Product, who: Principal | None, what: str, now: datetime, note: str = ""
) -> ProductEvent:
    return ProductEvent(
        cooperative_id=product.cooperative_id,
        product_id=cast("int", product.id),
        version=product.version,
        what=what,
        detail={},
        note=note,
        account_id=who.person_id if who else None,
        at=now,
    )
