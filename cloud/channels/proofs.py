"""Certificates that go along with goods: verified, valid on this day, each with its scan if any.

What a floor is told outlives the day on which it was told; so nothing is told of one that nobody
has verified, and one that ends is a difference that somebody is asked to mend there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from cloud.i18n import TIME_ZONE
from cloud.media.models import Picture
from cloud.products import papers
from cloud.products.kinds import SCHEME_WORDS
from cloud.products.models import ProductClaim, ShopCertificate


@dataclass(frozen=True)
class Proof:
    """A certificate of some products, as a floor asks for it."""

    key: str
    name: str
    number: str
    issuer: str
    valid_until: date | None
    scan: str = ""
    """The picture's name in our store; empty where none was taken."""

    @property
    def file(self) -> str:
        """The scan's name beside the table."""
        return f"giay/{self.key}.jpg" if self.scan else ""

    @property
    def told(self) -> str:
        """One line of it, as labels have it."""
        return f"{self.name} số {self.number} do {self.issuer} cấp"


Proofs = Mapping[int, tuple[Proof, ...]]
"""By product."""


def of_products(session: Session, products: Sequence[int], now: datetime) -> Proofs:
    """What each of these may show on this day, in the order in which the shop got them."""
    today = now.astimezone(TIME_ZONE).date()
    found = session.exec(
        select(ProductClaim.product_id, ShopCertificate, Picture)
        .join(ShopCertificate, col(ShopCertificate.id) == col(ProductClaim.shop_certificate_id))
        .outerjoin(Picture, col(Picture.id) == col(ShopCertificate.picture_id))
        .where(col(ProductClaim.product_id).in_(products))
        .order_by(col(ShopCertificate.id))
    )
    shown: dict[int, list[Proof]] = defaultdict(list)
    for product, row, scan in found:
        if papers.paper(row).holds(today):
            shown[product].append(_proof(row, scan))
    return {product: tuple(proofs) for product, proofs in shown.items()}


def _proof(row: ShopCertificate, scan: Picture | None) -> Proof:
    name = SCHEME_WORDS[row.scheme] + (f" {row.stars} sao" if row.stars else "")
    stored = scan.jpeg_1280 if scan else ""
    return Proof(row.public_id, name, row.number, row.issuer, row.valid_until, stored)
