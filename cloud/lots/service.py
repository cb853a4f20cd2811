"""Harvest: a zone's crop becomes a lot, with the irrigation that was measured for it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import cast

from sqlmodel import Session, col, func, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative, Farm, Greenhouse, Zone
from cloud.diary import service as diary
from cloud.errors import Conflict, Malformed
from cloud.i18n import _
from cloud.lots import openly, rules
from cloud.lots.models import Evidence, Harvest, Lot, LotMove, TradeItem
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


class StillWaiting(Conflict):
    """A pesticide's days without harvest are not over."""

    code = "phi_running"
    sentence = _("Thuốc còn cách ly. Thu hoạch được từ ngày %(day)s.")


class LotKeyReused(Conflict):
    """The key came before, with another harvest."""

    code = "key_reused"
    sentence = _("Yêu cầu này đã được dùng cho việc khác. Hãy mở lại trang.")


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
    """One lot for each key of a cooperative, however often it is sent, also at once.

    Raises:
        NotFound: the zone is none of the caller's.
        StillWaiting: days without harvest run in the diary.
        HarvestDay, SimulatedZone, BadGtin, GtinTaken, LotKeyReused: as they say.
    """
    zone = find(session, Zone, body.zone, principal)
    known = _in_turn(session, principal, body, zone)
    if known is not None:
        return known
    harvested_on = _day(session, zone, body, rules.local_day(now))
    measured = irrigation_summary(
        session, cast("int", zone.id), rules.start_of(zone.planted_on), now
    )
    if measured.simulated and not demo:
        raise SimulatedZone
    lot = Lot(
        cooperative_id=principal.cooperative_id,
        key=body.key,
        zone_id=cast("int", zone.id),
        code=next_code(session, zone, harvested_on),
        product=body.product,
        gtin=gtin_of(session, principal, body.product, body.gtin),
        harvested_on=harvested_on,
        quantity_g=body.quantity_g,
        left_g=body.quantity_g,
        simulated=measured.simulated,
        evidence=_evidence(measured).model_dump(mode="json"),
        created_at=now,
    )
    session.add(lot)
    session.flush()
    openly.made(session, lot, now)
    deed = Deed(AuditAction.HARVESTED, f"lot:{lot.public_id}", {"quantity_g": lot.quantity_g})
    audit.note(session, principal, deed, now)
    return lot


def get(session: Session, principal: Principal, public_id: str) -> Lot:
    return find(session, Lot, public_id, principal)


def recall(
    session: Session, principal: Principal, public_id: str, reason: str, now: datetime
) -> Lot:
    """From the next look on nobody is told that it is good; cannot be taken back."""
    lot = get(session, principal, public_id)
    if not lot.recalled:
        _recall(session, lot, reason, now)
        deed = Deed(AuditAction.LOT_RECALLED, f"lot:{lot.public_id}")
        audit.note(session, principal, deed, now)
    return lot


def recall_again(session: Session, public_id: str, now: datetime) -> None:
    """A backup brought back as good what had been recalled."""
    lot = session.exec(select(Lot).where(Lot.public_id == public_id)).one_or_none()
    if lot is not None and not lot.recalled:
        _recall(session, lot, "", now)
        deed = Deed(AuditAction.LOT_RECALLED, f"lot:{lot.public_id}")
        audit.append(session, lot.cooperative_id, None, deed, now)


def item_of(session: Session, lot: Lot) -> TradeItem | None:
    """The product of a lot; a lot that is older than the table of products has none."""
    return session.exec(
        select(TradeItem).where(
            TradeItem.cooperative_id == lot.cooperative_id, TradeItem.name == lot.product
        )
    ).one_or_none()


def own_item(session: Session, lot: Lot) -> TradeItem:
    """The same to write to; whoever writes at once waits here."""
    owner = select(Cooperative.id).where(Cooperative.id == lot.cooperative_id)
    session.exec(owner.with_for_update()).one()
    found = item_of(session, lot)
    if found is None:
        found = TradeItem(cooperative_id=lot.cooperative_id, name=lot.product)
        session.add(found)
        session.flush()
    return found


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


def grower(session: Session, lot: Lot) -> Farm:
    """The household's farm on which it grew."""
    return session.exec(
        select(Farm)
        .join(Greenhouse, col(Greenhouse.farm_id) == col(Farm.id))
        .join(Zone, col(Zone.greenhouse_id) == col(Greenhouse.id))
        .where(Zone.id == lot.zone_id)
    ).one()


def _day(session: Session, zone: Zone, body: Harvest, today: date) -> date:
    """The day of harvest, where one may harvest on it."""
    harvested_on = body.harvested_on or today
    if not rules.is_plausible(harvested_on, today):
        raise HarvestDay(days=rules.MAX_AGE_DAYS)
    allowed = diary.harvest_from(session, cast("int", zone.id), harvested_on)
    if allowed is not None:
        raise StillWaiting(day=f"{allowed:%d/%m/%Y}")
    return harvested_on


def _in_turn(session: Session, principal: Principal, body: Harvest, zone: Zone) -> Lot | None:
    """What was harvested under this key; whoever sends at once waits here."""
    if body.key is None:
        return None
    owner = select(Cooperative.id).where(Cooperative.id == principal.cooperative_id)
    session.exec(owner.with_for_update()).one()
    known = session.exec(
        select(Lot).where(Lot.cooperative_id == principal.cooperative_id, Lot.key == body.key)
    ).one_or_none()
    if known is None:
        return None
    asked = (zone.id, body.product, body.quantity_g)
    if (known.zone_id, known.product, known.quantity_g) != asked:
        raise LotKeyReused
    return known


def _recall(session: Session, lot: Lot, reason: str, now: datetime) -> None:
    """With all that was made of it."""
    waiting, seen, fresh = [cast("int", lot.id)], set[int](), list[Lot]()
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        one = session.get_one(Lot, number)
        if not one.recalled:
            one.recalled_at, one.recall_reason = now, reason
            fresh.append(one)
        into = select(LotMove.into_id).where(LotMove.lot_id == number)
        waiting += [found for found in session.exec(into) if found is not None]
    session.flush()
    openly.recalled(session, fresh, now)


def _evidence(measured: IrrigationSummary) -> Evidence:
    facts = asdict(measured)
    del facts["simulated"]
    return Evidence.model_validate(facts)


def next_code(session: Session, zone: Zone, harvested_on: date) -> str:
    """How another lot of this zone and day is called."""
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


def gtin_of(session: Session, principal: Principal, name: str, given: str | None = None) -> str:
    """The number under which a product of the caller's is known; a new one's is made.

    Raises:
        BadGtin, GtinTaken: the given one cannot be its.
    """
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
