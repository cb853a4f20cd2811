"""What a product claims to have, and what of it buyers may be told.

Nothing of a certificate is shown before it is verified or after it has expired.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.products.models import Product, ProductClaim, ShopCertificate
from cloud.products.rules import Paper


def claimed(session: Session, product: Product) -> Sequence[ShopCertificate]:
    """What a product says it has, valid or not; for its own cooperative."""
    return session.exec(_claimed(), params={"product": product.id}).all()


def shown(session: Session, product: Product, today: date) -> Sequence[ShopCertificate]:
    """What buyers may be told: verified, and valid on this day."""
    return [row for row in claimed(session, product) if paper(row).holds(today)]


def of(session: Session, product: Product) -> tuple[Paper, ...]:
    """What it claims, as the gate looks at it."""
    return tuple(paper(row) for row in claimed(session, product))


def paper(row: ShopCertificate) -> Paper:
    good = row.verified_at is not None and row.withdrawn_at is None
    return Paper(row.scheme, good, row.valid_from, row.valid_until)


@cache
def _claimed() -> SelectOfScalar[ShopCertificate]:
    """Composed once: that takes as long as asking."""
    return (
        select(ShopCertificate)
        .join(ProductClaim, col(ProductClaim.shop_certificate_id) == col(ShopCertificate.id))
        .where(col(ProductClaim.product_id) == bindparam("product"))
        .order_by(col(ShopCertificate.id))
    )
