"""The platform verifies who a shop is and what it holds; whoever does is named in the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.errors import NotFound
from cloud.media.models import Picture
from cloud.products import window
from cloud.products.errors import Unidentified
from cloud.products.models import Shop, ShopCertificate
from cloud.products.shops import SHOWN


@dataclass(frozen=True)
class Judge:
    """Who looked at the papers, and when."""

    name: str
    now: datetime


def shops(session: Session) -> Sequence[Shop]:
    """Those that wait to be verified, the oldest first."""
    waiting = select(Shop).where(col(Shop.verified_at).is_(None), Shop.refused_reason == "")
    return session.exec(waiting.order_by(col(Shop.id))).all()


def certificates(session: Session) -> Sequence[tuple[ShopCertificate, Shop, Picture | None]]:
    """The same of certificates, each with its shop and its scan."""
    found = session.exec(
        select(ShopCertificate, Shop, Picture)
        .join(Shop, col(Shop.id) == col(ShopCertificate.shop_id))
        .outerjoin(Picture, col(Picture.id) == col(ShopCertificate.picture_id))
        .where(
            col(ShopCertificate.verified_at).is_(None),
            col(ShopCertificate.withdrawn_at).is_(None),
            ShopCertificate.refused_reason == "",
        )
        .order_by(col(ShopCertificate.id))
    )
    return found.all()


def verify(session: Session, public_id: str, judge: Judge, refused: str = "") -> str:
    """Take or refuse, with a reason, the shop or the certificate of this id; which of both it was.

    Raises:
        NotFound: there is neither.
        Unidentified: the shop has not told who it is.
    """
    shop = session.exec(select(Shop).where(Shop.public_id == public_id)).first()
    paper = session.exec(
        select(ShopCertificate).where(ShopCertificate.public_id == public_id)
    ).first()
    row = shop or paper
    if row is None:
        raise NotFound
    if shop is not None and not refused and not (shop.registration and shop.representative):
        raise Unidentified
    row.verified_at = None if refused else judge.now
    row.verified_by = "" if refused else judge.name
    row.refused_reason = refused
    told = {"by": judge.name} | ({"refused": refused} if refused else {})
    if shop is not None and shop.next_account:
        told["account"] = shop.next_account[-SHOWN:]
        _settle_account(shop, taken=not refused)
    session.flush()
    window.touched(session, cast("int", row.id) if isinstance(row, Shop) else row.shop_id)
    kind = "shop" if shop is not None else "certificate"
    deed = Deed(AuditAction.PAPERS_JUDGED, f"{kind}:{public_id}", told)
    audit.append(session, row.cooperative_id, None, deed, judge.now)
    return kind


def _settle_account(shop: Shop, *, taken: bool) -> None:
    """The account that waited is the shop's from now on, or never was."""
    if taken:
        shop.bank_bin, shop.bank_name = shop.next_bin, shop.next_bank
        shop.bank_account, shop.bank_holder = shop.next_account, shop.next_holder
    shop.next_bin = shop.next_bank = shop.next_account = shop.next_holder = ""
