"""What is told of a lot's product, what is missing, and filling it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Zone
from cloud.diary.service import Album
from cloud.errors import Conflict, NotFound
from cloud.i18n import _
from cloud.lots import rules as days
from cloud.lots import service as lots
from cloud.lots.models import Lot
from cloud.media import service as media
from cloud.media.models import Photo
from cloud.passports import rules
from cloud.passports.forms import CertificateForm, PassportForm
from cloud.passports.models import Certificate, Passport, PassportParty
from cloud.passports.rules import Gap, Goods, Told
from cloud.principal import Principal
from cloud.scope import find
from traceability import legal
from traceability.gs1 import link
from traceability.legal import Stage

HARVEST: str = _("Thu hoạch")


class NotTold(Conflict):
    """The law asks for more than is told of these goods."""

    code = "passport_incomplete"
    sentence = _("Còn thiếu %(count)s mục theo luật. Hãy mở trang của lô để điền.")


@dataclass(frozen=True)
class Shown:
    """A product's facts as people read them."""

    passport: Passport
    code: str
    photo: Photo | None
    certificates: Sequence[Certificate]

    def told(self) -> Told:
        one = self.passport
        return Told(
            code=self.code,
            image=f"/tem/anh/{self.photo.public_id}" if self.photo else "",
            brand=one.brand,
            shelf_life=one.shelf_life,
            standards=one.standards,
            warnings=one.warnings,
            more=one.more,
            certificates=[f"{paper.name}, {paper.number}" for paper in self.certificates],
            no_certificates=one.no_certificates,
        )


def shown(session: Session, lot: Lot) -> Shown:
    """What is told of a lot's product; whoever asks has been checked for the lot."""
    item = lots.item_of(session, lot)
    item_id = item.id if item else None
    passport = session.get(Passport, item_id) if item_id else None
    passport = passport or Passport(trade_item_id=0)
    party = session.get(PassportParty, lot.cooperative_id)
    photo = session.get(Photo, passport.photo_id) if passport.photo_id else None
    papers = select(Certificate).where(Certificate.trade_item_id == item_id)
    found = session.exec(papers.order_by(col(Certificate.id))).all()
    return Shown(passport, party.code if party else "", photo, found)


def facts(session: Session, lot: Lot) -> legal.Lot:
    """All that is told of a lot, in the law's fields; whoever asks has been checked for it."""
    return rules.legal_lot(_goods(session, lot), shown(session, lot).told())


def gaps(session: Session, lot: Lot) -> list[Gap]:
    """What the law still asks for."""
    return rules.gaps(_goods(session, lot), shown(session, lot).told())


def demand(session: Session, lot: Lot) -> None:
    """Before stamps are issued; a sample of the demonstration stands for no goods.

    Raises:
        NotTold: something that the law asks for is missing.
    """
    if lot.simulated:
        return
    missing = gaps(session, lot)
    if missing:
        raise NotTold(count=len(missing))


def tell(
    session: Session, principal: Principal, lot_id: str, form: PassportForm, now: datetime
) -> Lot:
    """Write down what a person filled in, for all lots of this product."""
    lot = lots.get(session, principal, lot_id)
    passport = _own(session, lot)
    passport.brand = _answer(form.brand, form.brand_none)
    passport.shelf_life = _answer(form.shelf_life, form.shelf_life_none)
    passport.standards = form.standards or None
    passport.warnings = _answer(form.warnings, form.warnings_none)
    passport.more = _answer(form.more, form.more_none)
    passport.no_certificates = bool(form.certificates_none)
    _tell_code(session, lot.cooperative_id, form.code)
    _note(session, principal, lot, now)
    return lot


def picture(
    session: Session, principal: Principal, lot_id: str, album: Album, now: datetime
) -> Lot:
    """Another picture of the product takes the place of the one there was."""
    lot = lots.get(session, principal, lot_id)
    zone = session.get_one(Zone, lot.zone_id)
    passport = _own(session, lot)
    before = passport.photo_id
    for photo in album.photos:
        passport.photo_id = media.keep(session, principal, album.store, zone, photo, now).id
    session.flush()
    if before is not None and before != passport.photo_id:
        media.forget(session, [before])
    _note(session, principal, lot, now)
    return lot


def certify(
    session: Session, principal: Principal, lot_id: str, form: CertificateForm, now: datetime
) -> Lot:
    lot = lots.get(session, principal, lot_id)
    item = cast("int", lots.own_item(session, lot).id)
    owner = principal.cooperative_id
    session.add(Certificate(cooperative_id=owner, trade_item_id=item, **form.model_dump()))
    _note(session, principal, lot, now)
    return lot


def withdraw(session: Session, principal: Principal, certificate: str, now: datetime) -> None:
    """A certificate that was typed wrongly or is no longer held."""
    row = find(session, Certificate, certificate, principal)
    session.delete(row)
    deed = Deed(AuditAction.PASSPORT_TOLD, f"certificate:{certificate}")
    audit.note(session, principal, deed, now)


def valid(papers: Sequence[Certificate], today: date) -> list[Certificate]:
    """Those that still hold."""
    return [one for one in papers if one.valid_until is None or one.valid_until >= today]


def public_photo(session: Session, public_id: str) -> Photo:
    """A picture that some product shows to everyone.

    Raises:
        NotFound: there is none, or it is of a diary.
    """
    photo = session.exec(
        select(Photo)
        .join(Passport, col(Passport.photo_id) == col(Photo.id))
        .where(Photo.public_id == public_id)
    ).first()
    if photo is None:
        raise NotFound
    return photo


def _goods(session: Session, lot: Lot) -> Goods:
    zone, cooperative = lots.origin(session, lot)
    identity = link(lot.gtin, lot=lot.code).identity()
    stage = Stage(
        name=HARVEST,
        product_code=identity,
        location_code=zone.public_id,
        at=days.start_of(lot.harvested_on),
    )
    return Goods(
        lot.product,
        lot.gtin,
        identity,
        stage,
        lot.harvested_on,
        cooperative.name,
        cooperative.address,
    )


def _own(session: Session, lot: Lot) -> Passport:
    """The row to change; two who fill it in at once come in turn."""
    item = lots.own_item(session, lot)
    row = session.get(Passport, item.id)
    if row is None:
        row = Passport(trade_item_id=cast("int", item.id))
        session.add(row)
        session.flush()
    return row


def _answer(text: str, none: str) -> str | None:
    if text:
        return text
    return "" if none else None


def _tell_code(session: Session, cooperative_id: int, code: str) -> None:
    row = session.get(PassportParty, cooperative_id)
    if row is not None:
        row.code = code
    elif code:
        session.add(PassportParty(cooperative_id=cooperative_id, code=code))
    session.flush()


def _note(session: Session, principal: Principal, lot: Lot, now: datetime) -> None:
    session.flush()
    deed = Deed(AuditAction.PASSPORT_TOLD, f"lot:{lot.public_id}")
    audit.note(session, principal, deed, now)
