"""Gathering what the national portal is told of one cooperative."""

from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.cooperatives.models import Cooperative
from cloud.export import facts
from cloud.export.facts import Run
from cloud.i18n import TIME_ZONE
from cloud.lots.models import Lot
from cloud.passports import service as passports
from cloud.portal.document import Document, LotTold, Stamps
from cloud.stamps.models import Issuance
from traceability import legal

SPAN: Final = timedelta(days=400)
"""As far back as lots are told where no day is given: a year, and what is on shelves."""


def gather(
    session: Session, cooperative: Cooperative, public_url: str, since: date, now: datetime
) -> Document:
    """Its lots harvested since a day, the samples of demonstrations left out."""
    wanted = select(Lot).where(
        Lot.cooperative_id == cooperative.id,
        Lot.harvested_on >= since,
        col(Lot.simulated).is_(other=False),
    )
    told: list[LotTold] = []
    left_out: list[str] = []
    for lot in session.exec(wanted.order_by(col(Lot.harvested_on), col(Lot.id))).all():
        known = passports.facts(session, lot)
        if legal.missing(known):
            left_out.append(lot.code)
        else:
            told.append(_told(session, lot, known, public_url))
    return Document(cooperative.name, now.astimezone(TIME_ZONE), since, told, left_out)


def _told(session: Session, lot: Lot, known: legal.Lot, public_url: str) -> LotTold:
    one = facts.of_one(session, lot)
    own = select(Issuance).where(Issuance.lot_id == lot.id)
    issued = {cast("int", run.id): run.issued_at for run in session.exec(own)}
    recalled_on = lot.recalled_at.astimezone(TIME_ZONE).date() if lot.recalled_at else None
    shown = known.model_copy(update={"image": f"{public_url}{known.image}"})
    stamps = [_stamps(run, issued[run.number]) for run in one.runs]
    return LotTold(lot.code, shown, lot.quantity_g, recalled_on, stamps)


def _stamps(run: Run, issued_at: datetime) -> Stamps:
    issued_on = issued_at.astimezone(TIME_ZONE).date()
    return Stamps(run.number, run.kind, run.quantity, run.activated, run.void, issued_on)
