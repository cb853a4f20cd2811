"""Certificates of a shop: told with a scan, claimed by products, withdrawn."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.errors import NotFound
from cloud.media import pictures
from cloud.media.darkroom import Prints
from cloud.media.models import Picture
from cloud.media.store import Store
from cloud.principal import Principal
from cloud.products import editing, history, papers, service, window
from cloud.products.errors import NoShop, NoSuchCertificate
from cloud.products.forms import CertifyForm
from cloud.products.models import Product, ProductClaim, ShopCertificate
from cloud.scope import find, scoped


def tell(
    session: Session,
    principal: Principal,
    form: CertifyForm,
    scans: Iterable[Prints],
    store: Store,
    now: datetime,
) -> ShopCertificate:
    """A paper that the shop holds; nobody else sees it before it is verified.

    Raises:
        NoShop: the cooperative has none yet.
    """
    shop = service.shop_of(session, principal)
    if shop is None:
        raise NoShop
    of = {"cooperative_id": principal.cooperative_id, "shop_id": shop.id, "created_at": now}
    row = ShopCertificate.model_validate(form.told() | of)
    for scan in scans:
        row.picture_id = pictures.keep(session, principal, store, scan, now).id
    session.add(row)
    session.flush()
    deed = Deed(AuditAction.CERTIFICATE_TOLD, f"certificate:{row.public_id}")
    audit.note(session, principal, deed, now)
    return row


def withdraw(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """No longer held, or typed wrongly; what claims it leaves the shelf with the next round."""
    row = find(session, ShopCertificate, public_id, principal)
    row.withdrawn_at = row.withdrawn_at or now
    session.flush()
    window.touched(session, row.shop_id)
    deed = Deed(AuditAction.CERTIFICATE_TOLD, f"certificate:{public_id}", {"withdrawn": 1})
    audit.note(session, principal, deed, now)


def own(session: Session, principal: Principal) -> Sequence[ShopCertificate]:
    """Those that the caller's shop holds, newest first."""
    held = scoped(select(ShopCertificate), principal).where(
        col(ShopCertificate.withdrawn_at).is_(None)
    )
    return session.exec(held.order_by(col(ShopCertificate.id).desc())).all()


def scan_of(session: Session, principal: Principal, public_id: str) -> Picture:
    """What was photographed of it, for the cooperative's own eyes.

    Raises:
        NotFound: no such certificate of the caller's, or no scan.
    """
    row = find(session, ShopCertificate, public_id, principal)
    if row.picture_id is None:
        raise NotFound
    return session.get_one(Picture, row.picture_id)


def claim(
    session: Session, principal: Principal, product_id: str, ids: Sequence[str], now: datetime
) -> Product:
    """Which of them a product says it has; another choice is read again.

    Raises:
        NotFound: no such product of the caller's.
        NoSuchCertificate: one is not held by the shop.
    """
    product = find(session, Product, product_id, principal)
    held = {row.public_id: row for row in own(session, principal)}
    if not set(ids) <= held.keys():
        raise NoSuchCertificate
    before = {row.public_id for row in papers.claimed(session, product)}
    if before == set(ids):
        return product
    session.exec(delete(ProductClaim).where(col(ProductClaim.product_id) == product.id))
    for one in sorted(set(ids)):
        session.add(
            ProductClaim(
                product_id=cast("int", product.id),
                shop_certificate_id=cast("int", held[one].id),
                cooperative_id=product.cooperative_id,
            )
        )
    told = {"certificates": (", ".join(sorted(before)), ", ".join(sorted(set(ids))))}
    editing.reread(product, told)
    session.flush()
    history.changed(session, product, principal, told, now)
    deed = Deed(AuditAction.PRODUCT_CHANGED, f"product:{product.public_id}")
    audit.note(session, principal, deed, now)
    return product
