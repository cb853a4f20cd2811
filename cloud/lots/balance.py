"""What becomes of a lot after harvest: split, merged, processed, lost; never more than there is.

Every change of a balance is one guarded statement, so that two people at the same moment cannot
both take the last kilogram, on either database and in any number of processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, select, update

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative, Zone
from cloud.errors import Conflict
from cloud.i18n import _
from cloud.lots import openly, service
from cloud.lots.models import LoseForm, Lot, LotMove, LotMoveReason, TransformBody
from cloud.principal import Principal
from cloud.scope import scoped

LISTED: Final = 12
"""Lots to mix with on one page: those of a few weeks."""


class NotEnough(Conflict):
    """More than is left of a lot."""

    code = "lot_short"
    sentence = _("Lô %(lot)s chỉ còn %(left)s gam.")


class OtherZone(Conflict):
    """What is mixed from two zones has no single past any more."""

    code = "other_zone"
    sentence = _("Hai lô khác khu thì không gộp được.")


class TooMuchMade(Conflict):
    """Nothing grows heavier by being packed or dried."""

    code = "too_much_made"
    sentence = _("Làm ra không thể nặng hơn đem vào.")


class MoveKeyReused(Conflict):
    """The key came before, with another wish."""

    code = "key_reused"
    sentence = _("Yêu cầu này đã được dùng cho việc khác. Hãy mở lại trang.")


@dataclass(frozen=True)
class Part:
    """So many grams of a lot."""

    lot: Lot
    grams: int


def transform(
    session: Session, principal: Principal, public_id: str, body: TransformBody, now: datetime
) -> Lot:
    """A new lot of a part of this one and of all that is left of others, from the same zone.

    The same product split off or mixed, or another one made of it; what is lighter went lost.

    Raises:
        NotEnough, OtherZone, TooMuchMade, MoveKeyReused: as they say.
    """
    lot = service.get(session, principal, public_id)
    _in_turn(session, lot)
    known = _known(session, lot, body)
    if known is not None:
        return known
    parts = [Part(lot, body.take_g), *_rests(session, principal, lot, body.others)]
    taken = sum(part.grams for part in parts)
    if body.made_g > taken:
        raise TooMuchMade
    made = _made(session, principal, lot, body, now)
    for part in parts:
        take(session, part.lot, part.grams)
        _write(session, Part(part.lot, -part.grams), LotMoveReason.USED, made.id, now)
    made.simulated = any(part.lot.simulated for part in parts)
    sources = [part.lot for part in parts]
    made.recalled_at, made.recall_reason = _worst(sources)
    session.flush()
    openly.made(session, made, now, sources)
    openly.recalled(session, [made] if made.recalled else [], now)
    deed = Deed(AuditAction.LOT_TRANSFORMED, f"lot:{made.public_id}", {"quantity_g": taken})
    audit.note(session, principal, deed, now)
    return made


def lose(
    session: Session, principal: Principal, public_id: str, form: LoseForm, now: datetime
) -> Lot:
    """Spoilt, eaten, given away: gone, with the reason.

    Raises:
        NotEnough: it would be more than is left.
    """
    lot = service.get(session, principal, public_id)
    _in_turn(session, lot)
    wanted = select(LotMove).where(LotMove.cooperative_id == lot.cooperative_id)
    if session.exec(wanted.where(LotMove.key == form.key)).first() is not None:
        return lot
    take(session, lot, form.grams)
    row = _write(session, Part(lot, -form.grams), LotMoveReason.LOST, None, now)
    row.key, row.note = form.key, form.reason
    session.flush()
    deed = Deed(AuditAction.LOT_LOST, f"lot:{lot.public_id}", {"quantity_g": form.grams})
    audit.note(session, principal, deed, now)
    return lot


def take(session: Session, lot: Lot, grams: int) -> None:
    """Take so much off, or nothing.

    Raises:
        NotEnough: that much is not left.
    """
    taken = session.exec(
        update(Lot)
        .where(col(Lot.id) == lot.id, col(Lot.left_g) >= grams)
        .values(left_g=col(Lot.left_g) - grams)
    )
    session.refresh(lot)
    if taken.rowcount == 0:
        raise NotEnough(lot=lot.code, left=lot.left_g)


def pack(session: Session, lot: Lot, grams: int, now: datetime) -> None:
    """Put so much of it on the shelf.

    Raises:
        NotEnough: that much is not left.
    """
    take(session, lot, grams)
    _write(session, Part(lot, -grams), LotMoveReason.PACKED, None, now)


def moves(session: Session, lot: Lot) -> Sequence[tuple[LotMove, str]]:
    """What was taken off, oldest first, each with the code of the lot it went into."""
    found = session.exec(
        select(LotMove, Lot.code)
        .outerjoin(Lot, col(Lot.id) == col(LotMove.into_id))
        .where(LotMove.lot_id == lot.id)
        .order_by(col(LotMove.id))
    )
    return [(move, code or "") for move, code in found]


def others(session: Session, principal: Principal, lot: Lot) -> Sequence[Lot]:
    """The zone's other lots of which something is left, newest first."""
    wanted = scoped(select(Lot), principal).where(
        Lot.zone_id == lot.zone_id, Lot.id != lot.id, Lot.left_g > 0
    )
    return session.exec(wanted.order_by(col(Lot.id).desc()).limit(LISTED)).all()


def _in_turn(session: Session, lot: Lot) -> None:
    """Whoever changes lots of a cooperative at once waits here."""
    owner = select(Cooperative.id).where(Cooperative.id == lot.cooperative_id)
    session.exec(owner.with_for_update()).one()


def _known(session: Session, lot: Lot, body: TransformBody) -> Lot | None:
    wanted = select(Lot).where(Lot.cooperative_id == lot.cooperative_id, Lot.key == body.key)
    known = session.exec(wanted).one_or_none()
    if known is None:
        return None
    if (known.zone_id, known.quantity_g) != (lot.zone_id, body.made_g):
        raise MoveKeyReused
    return known


def _rests(session: Session, principal: Principal, lot: Lot, others: Sequence[str]) -> list[Part]:
    """All that is left of other lots, each once, in one order for everybody."""
    found = [
        service.get(session, principal, one) for one in sorted(set(others)) if one != lot.public_id
    ]
    if any(one.zone_id != lot.zone_id for one in found):
        raise OtherZone
    return [Part(one, one.left_g) for one in found if one.left_g]


def _made(
    session: Session, principal: Principal, lot: Lot, body: TransformBody, now: datetime
) -> Lot:
    """Grown where and measured as its first part was."""
    zone, product = session.get_one(Zone, lot.zone_id), body.product or lot.product
    made = Lot(
        cooperative_id=lot.cooperative_id,
        key=body.key,
        zone_id=lot.zone_id,
        code=service.next_code(session, zone, lot.harvested_on),
        product=product,
        gtin=lot.gtin if product == lot.product else service.gtin_of(session, principal, product),
        harvested_on=lot.harvested_on,
        quantity_g=body.made_g,
        left_g=body.made_g,
        simulated=lot.simulated,
        evidence=lot.evidence,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _worst(lots: Sequence[Lot]) -> tuple[datetime | None, str]:
    """What is made of something recalled is recalled."""
    bad = next((lot for lot in lots if lot.recalled), None)
    return (bad.recalled_at, bad.recall_reason) if bad else (None, "")


def _write(
    session: Session,
    part: Part,
    reason: LotMoveReason,
    into: int | None,
    now: datetime,
) -> LotMove:
    row = LotMove(
        cooperative_id=part.lot.cooperative_id,
        lot_id=cast("int", part.lot.id),
        delta_g=part.grams,
        reason=reason,
        into_id=into,
        at=now,
    )
    session.add(row)
    session.flush()
    return row
