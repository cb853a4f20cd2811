"""Pictures of a product: added, put in order, taken away; the first one is its cover."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Final, cast

from fastapi import Request
from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.db import writing
from cloud.errors import Conflict, NotFound
from cloud.i18n import _
from cloud.media import pictures
from cloud.media import service as media
from cloud.media.darkroom import Darkroom, Prints
from cloud.media.models import Picture
from cloud.media.store import Store
from cloud.principal import Principal
from cloud.products import history
from cloud.products.errors import LastPhoto
from cloud.products.models import Product, ProductPhoto, ProductState
from cloud.scope import find

MOST: Final = 8
"""As many as the strictest marketplace takes of one product, but one."""


class OtherPhotos(Conflict):
    """Put in order are not the pictures that the product has."""

    code = "other_photos"
    sentence = _("Ảnh của món này vừa đổi. Hãy tải lại rồi xếp lại.")


class EnoughPhotos(Conflict):
    """More pictures than anyone looks at."""

    code = "enough_photos"
    sentence = _("Mỗi sản phẩm nhiều nhất %(most)s ảnh. Hãy xóa bớt ảnh cũ.")


def prints(
    request: Request, principal: Principal, sent: Sequence[bytes], now: datetime
) -> list[Prints]:
    """Before the transaction that keeps them begins; paid for first, good ones or not.

    Raises:
        TooManyPhotos, NoPhoto, PhotoTooLarge, PhotoDamaged, DarkroomFull: see `cloud.media`.
    """
    darkroom: Darkroom = request.app.state.darkroom
    if sent:
        with Session(writing(request.app.state.engine)) as session, session.begin():
            media.pay(session, principal, len(sent), now)
    return [darkroom.prints(octets) for octets in sent]


def add(
    session: Session,
    principal: Principal,
    public_id: str,
    printed: Iterable[Prints],
    store: Store,
    now: datetime,
) -> Product:
    """Behind those that are there.

    Raises:
        NotFound: no such product of the caller's.
        EnoughPhotos: they would be too many.
    """
    product = _locked(session, find(session, Product, public_id, principal).id)
    before = of_products(session, [cast("int", product.id)]).get(cast("int", product.id), [])
    shown = {picture.digest for _photo, picture in before}
    at = max((photo.position for photo, _picture in before), default=0)
    for one in printed:
        picture = pictures.keep(session, principal, store, one, now)
        if picture.digest in shown:  # sent twice on a weak line
            session.delete(picture)
            continue
        shown.add(picture.digest)
        at += 1
        _show(session, product, picture, at)
    if len(shown) > MOST:
        raise EnoughPhotos(most=MOST)
    _note(session, principal, product, now)
    return product


def make_cover(session: Session, principal: Principal, photo_id: str, now: datetime) -> Product:
    """Before all others."""
    photo = find(session, ProductPhoto, photo_id, principal)
    product = session.get_one(Product, photo.product_id)
    others = select(ProductPhoto).where(ProductPhoto.product_id == product.id)
    photo.position = min(one.position for one in session.exec(others)) - 1
    _note(session, principal, product, now)
    return product


def arrange(
    session: Session, principal: Principal, public_id: str, ids: Sequence[str], now: datetime
) -> Product:
    """Show them in this order, the first as the cover.

    Raises:
        NotFound: no such product of the caller's.
        OtherPhotos: these are not its pictures, each once.
    """
    product = _locked(session, find(session, Product, public_id, principal).id)
    own = select(ProductPhoto).where(ProductPhoto.product_id == product.id)
    shown = {photo.public_id: photo for photo in session.exec(own)}
    if sorted(ids) != sorted(shown):
        raise OtherPhotos
    for position, one in enumerate(ids, 1):
        shown[one].position = position
    _note(session, principal, product, now)
    return product


def remove(
    session: Session, principal: Principal, photo_id: str, now: datetime, of: str = ""
) -> Product:
    """The row at once; the files with the night that follows, where nothing else shows them.

    Raises:
        NotFound: no such picture of the caller's, or not of the product with the id `of`.
        LastPhoto: buyers would see none.
    """
    photo = find(session, ProductPhoto, photo_id, principal)
    product = _locked(session, photo.product_id)
    if of not in {"", product.public_id}:
        raise NotFound
    others = select(ProductPhoto.id).where(
        ProductPhoto.product_id == product.id, ProductPhoto.id != photo.id
    )
    sold = product.state is ProductState.PUBLISHED and not product.simulated
    if sold and session.exec(others).first() is None:
        raise LastPhoto
    picture = session.get_one(Picture, photo.picture_id)
    session.delete(photo)
    session.flush()
    session.delete(picture)
    _note(session, principal, product, now)
    return product


def _locked(session: Session, product_id: int | None) -> Product:
    """The product; of two who change its pictures, each sees what the other left."""
    own = select(Product).where(Product.id == product_id).with_for_update()
    return session.exec(own.execution_options(populate_existing=True)).one()


def of_products(
    session: Session, products: Sequence[int]
) -> dict[int, list[tuple[ProductPhoto, Picture]]]:
    """The pictures of each product, its cover first; in one question."""
    found = session.exec(_of_products(), params={"products": products})
    shown: dict[int, list[tuple[ProductPhoto, Picture]]] = {}
    for photo, picture in found:
        shown.setdefault(photo.product_id, []).append((photo, picture))
    return shown


@cache
def _of_products() -> "Select[ProductPhoto, Picture]":
    """Composed once: that takes as long as asking."""
    return (
        select(ProductPhoto, Picture)
        .join(Picture, col(Picture.id) == col(ProductPhoto.picture_id))
        .where(col(ProductPhoto.product_id).in_(bindparam("products", expanding=True)))
        .order_by(col(ProductPhoto.position), col(ProductPhoto.id))
    )


def file_of(session: Session, digest: str, rendition: str) -> tuple[str, str]:
    """The name in the store of a picture that some product shows, and its media type.

    Raises:
        NotFound: no product shows it, or there is no such rendition.
    """
    wanted = pictures.RENDITIONS.get(rendition)
    shown = select(ProductPhoto.picture_id)
    own = select(Picture).where(Picture.digest == digest, col(Picture.id).in_(shown))
    picture = session.exec(own).first()
    if wanted is None or picture is None:
        raise NotFound
    column, kind = wanted
    return str(getattr(picture, column)), kind


def _show(session: Session, product: Product, picture: Picture, position: int) -> None:
    session.add(
        ProductPhoto(
            cooperative_id=product.cooperative_id,
            product_id=cast("int", product.id),
            picture_id=cast("int", picture.id),
            position=position,
        )
    )


def _note(session: Session, principal: Principal, product: Product, now: datetime) -> None:
    session.flush()
    history.changed(session, product, principal, {"photos": ("", "")}, now)
    deed = Deed(AuditAction.PRODUCT_CHANGED, f"product:{product.public_id}")
    audit.note(session, principal, deed, now)
