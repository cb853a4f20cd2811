"""What time does to products: certificates expire, days of sale begin and end, shops are verified.

A round of its own, by the minute.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.products import history, rules, service
from cloud.products.kinds import DEMANDED
from cloud.products.models import (
    PauseCause,
    Product,
    ProductClaim,
    ProductState,
    SaleWindow,
    Shop,
)

EVERY_S: Final = 60
"""A promise of an hour is kept with room to spare, and midnight is nearly midnight."""


def work(engine: Engine, now: datetime) -> None:
    """Take from the shelf what may not stand there now, and put back what waited for its days."""
    today = now.astimezone(TIME_ZONE).date()
    with Session(writing(engine)) as session, session.begin():
        for product in _unverified(session):
            _lead(session, product, ProductState.PAUSED, PauseCause.SHOP, now)
        for product in _uncertified(session, now):
            _lead(session, product, ProductState.PAUSED, PauseCause.CERTIFICATE, now)
        for product in _outside(session, today):
            _lead(session, product, ProductState.PAUSED, PauseCause.WINDOW, now)
        for product in _waiting(session, today):
            listing = service.of_product(session, product)
            if not rules.obstacles(service.readiness(session, listing, now)):
                _lead(session, product, ProductState.PUBLISHED, None, now)


def hold(session: Session, shop: Shop, now: datetime) -> None:
    """Take what an unverified shop sells from the shelf, until the shop is verified."""
    for product in _unverified(session, shop.id):
        _lead(session, product, ProductState.PAUSED, PauseCause.SHOP, now)


def _unverified(session: Session, of: int | None = None) -> Sequence[Product]:
    """Published ones of shops that nobody has looked up, or not as they call themselves now."""
    unknown = select(Shop.id).where(col(Shop.verified_at).is_(None))
    unknown = unknown if of is None else unknown.where(Shop.id == of)
    wanted = select(Product).where(
        Product.state == ProductState.PUBLISHED, col(Product.shop_id).in_(unknown)
    )
    return session.exec(wanted.order_by(col(Product.id)).with_for_update()).all()


def _uncertified(session: Session, now: datetime) -> Iterable[Product]:
    """Published ones that claim, or need, a certificate that does not hold."""
    claims = select(ProductClaim.product_id)
    asked = col(Product.id).in_(claims) | col(Product.kind).in_(DEMANDED)
    wanted = select(Product).where(Product.state == ProductState.PUBLISHED, asked)
    found = session.exec(wanted.order_by(col(Product.id)).with_for_update()).all()
    return [one for one in found if _lacks_papers(session, one, now)]


def _lacks_papers(session: Session, product: Product, now: datetime) -> bool:
    listing = service.of_product(session, product)
    found = rules.obstacles(service.readiness(session, listing, now))
    return any(one.field == "certificates" for one in found)


def _outside(session: Session, today: date) -> Iterable[Product]:
    wanted = select(Product).where(
        Product.state == ProductState.PUBLISHED,
        col(Product.id).in_(select(SaleWindow.product_id)),  # only these can be outside of them
    )
    found = session.exec(wanted.order_by(col(Product.id)).with_for_update()).all()
    return [one for one in found if not _is_open(session, one, today)]


def _waiting(session: Session, today: date) -> Iterable[Product]:
    paused = select(Product).where(
        Product.state == ProductState.PAUSED,
        col(Product.paused_for).in_((PauseCause.WINDOW, PauseCause.SHOP)),
    )
    found = session.exec(paused.order_by(col(Product.id)).with_for_update()).all()
    return [one for one in found if _is_open(session, one, today)]


def _is_open(session: Session, product: Product, today: date) -> bool:
    windows = session.exec(select(SaleWindow).where(SaleWindow.product_id == product.id))
    return rules.is_open([(one.opens_on, one.closes_on) for one in windows], today)


def _lead(
    session: Session,
    product: Product,
    state: ProductState,
    cause: PauseCause | None,
    now: datetime,
) -> None:
    product.state, product.paused_for = state, cause
    session.flush()
    history.note(session, product, None, state, now)
    deed = Deed(AuditAction.PRODUCT_LED, f"product:{product.public_id}", {"state": state})
    audit.append(session, product.cooperative_id, None, deed, now)
