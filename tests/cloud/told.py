"""Goods of which everything is told that the law asks."""

from datetime import datetime

from sqlmodel import Session

from cloud.diary.service import Album
from cloud.lots.models import Lot
from cloud.media.darkroom import Developed
from cloud.media.store import Store
from cloud.passports import service as passports
from cloud.passports.forms import PassportForm
from cloud.principal import Principal

EVERYTHING = {
    "act": "tell",
    "code": "0300000001",
    "standards": "VietGAP",
    "brand_none": "none",
    "shelf_life": "10 ngày",
    "warnings_none": "none",
    "more_none": "none",
    "certificates_none": "none",
}


def tell_everything(
    session: Session, principal: Principal, lot: Lot, store: Store, now: datetime
) -> None:
    form = PassportForm.model_validate(EVERYTHING)
    passports.tell(session, principal, lot.public_id, form, now)
    photo = Developed(640, 480, b"RIFF large product", b"RIFF small product")
    passports.picture(session, principal, lot.public_id, Album(store, [photo]), now)
