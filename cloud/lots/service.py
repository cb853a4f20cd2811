"""Harvest: a zone's crop becomes a lot, with the irrigation that was measured for it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import cast

from sqlmodel import Session, col, func, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative, Zone
from cloud.errors import Conflict, Malformed
from cloud.i18n import _
from cloud.lots import rules
from cloud.lots.models import Evidence, Harvest, Lot, TradeItem
from cloud.principal import Principal
from cloud.scope import find, scoped
from cloud.telemetry.service import IrrigationSummary, irrigation_summary
from traceability.errors import GS1Error
from traceability.gs1 import gtin14, internal_gtin


class SimulatedZone(Conflict):
    """What a simulated device measured never becomes goods."""

    code = "simulated_zone"
    sentence = _("Khu này là vườn giả. Không lập lô hàng thật được.")


class HarvestDay(Conflict):
    """Not a day on which this could have been harvested."""

    code = "harvest_day"
    sentence = _("Ngày thu hoạch phải trong %(days)s ngày qua.")


class BadGtin(Malformed):
    """The number's own check digit says so."""

    code = "bad_gtin"
    sentence = _("Mã GTIN sai. Hãy xem lại từng chữ số.")


class GtinTaken(Conflict):
    """One number is one product."""

    code = "gtin_taken"
    sentence = _("Mã GTIN này không phải của sản phẩm này.")


def harvest(
    session: Session, principal: Principal, body: Harvest, now: datetime, *, demo: bool
) -> Lot:
    zone = find(session, Zone, body.zone, principal)
    today = rules.local_day(now)
    harvested_on = body.harvested_on or today
    if not rules.is_plausible(harvested_on, today):
        raise HarvestDay(days=rules.MAX_AGE_DAYS)
    measured = irrigation_summary(
        session, cast("int", zone.id), rules.start_of(zone.planted_on), now
    )
    if measured.simulated and not demo:
        raise SimulatedZone
    lot = Lot(
        cooperative_id=principal.cooperative_id,
        zone_id=cast("int", zone.id),
        code=_next_code(session, zone, harvested_on),
        product=body.product,
        gtin=_gtin(session, principal, body.product, body.gtin),
        harvested_on=harvested_on,
        quantity_g=body.quantity_g,
        simulated=measured.simulated,
        evidence=_evidence(measured).model_dump(mode="json"),
        created_at=now,
    )
    session.add(lot)
    session.flush()
    deed = Deed(AuditAction.HARVESTED, f"lot:{lot.public_id}", {"quantity_g": lot.quantity_g})
    audit.note(session, principal, deed, now)
    return lot


def get(session: Session, principal: Principal, public_id: str) -> Lot:
    return find(session, Lot, public_id, principal)


def of_id(session: Session, lot_id: int) -> Lot:
    """For features that hold a reference; whoever asks has been checked by them."""
    return session.exec(select(Lot).where(Lot.id == lot_id)).one()


def listing(session: Session, principal: Principal) -> Sequence[Lot]:
    """Newest first."""
    return session.exec(scoped(select(Lot), principal).order_by(col(Lot.id).desc())).all()


def origin(session: Session, lot: Lot) -> tuple[Zone, Cooperative]:
    """Who grew it and where."""
    return session.exec(
        select(Zone, Cooperative).where(
            Zone.id == lot.zone_id, Cooperative.id == Zone.cooperative_id
        )
    ).one()


def _evidence(measured: IrrigationSummary) -> Evidence:
    facts = asdict(measured)
    del facts["simulated"]
    return Evidence.model_validate(facts)


def _next_code(session: Session, zone: Zone, harvested_on: date) -> str:
    # Two people who harvest at once wait for each other here.
    owner = select(Cooperative.id).where(Cooperative.id == zone.cooperative_id)
    session.exec(owner.with_for_update()).one()
    stem = rules.code_stem(harvested_on, zone.position)
    used = session.exec(
        select(func.count()).where(
            Lot.cooperative_id == zone.cooperative_id, col(Lot.code).startswith(stem)
        )
    ).one()
    return rules.code(stem, used + 1)


def _gtin(session: Session, principal: Principal, name: str, given: str | None) -> str:
    wanted = _checked(given) if given else None
    item = session.exec(
        select(TradeItem).where(
            TradeItem.cooperative_id == principal.cooperative_id, TradeItem.name == name
        )
    ).one_or_none()
    if item is None:
        item = _new_item(session, principal, name, wanted)
    if wanted and item.gtin != wanted:
        raise GtinTaken
    return cast("str", item.gtin)


def _new_item(session: Session, principal: Principal, name: str, wanted: str | None) -> TradeItem:
    if wanted and session.exec(select(TradeItem).where(TradeItem.gtin == wanted)).first():
        raise GtinTaken
    item = TradeItem(cooperative_id=principal.cooperative_id, name=name, gtin=wanted)
    session.add(item)
    session.flush()
    if item.gtin is None:
        item.gtin = internal_gtin(cast("int", item.id))
        session.flush()
    return item


def _checked(gtin: str) -> str:
    try:
        return gtin14(gtin)
    except GS1Error:
        raise BadGtin from None
