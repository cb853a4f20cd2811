"""Issuing stamps for a lot, taking them on and off, and finding what a serial belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, func, select, update

from cloud import bulk
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction, Detail
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.devices.vault import Vault
from cloud.errors import ConfigurationError, Conflict
from cloud.i18n import _
from cloud.lots import service as lots
from cloud.lots.models import Lot
from cloud.passports import service as passports
from cloud.principal import Principal
from cloud.scope import find, scoped
from cloud.settings import Settings
from cloud.stamps import keys, openly, rules
from cloud.stamps.models import Issuance, IssuanceCounter, IssuanceState, Kind, StampVoid, VoidForm
from cloud.stamps.rules import Range, Status
from traceability import sealed, token
from traceability.errors import GS1Error, SerialError
from traceability.payload import base, stamp_link
from traceability.sealed import Seal, lot_check, sealed_link

SKIPPED: Final = 1 << 16
"""Print runs that a restore leaves out: more than all cooperatives print between two backups, and
few enough for two hundred restores within the 24 bits of a serial."""

_ONLY: Final = 1


class NoSuchStamp(Conflict):
    """Neither a number of this run nor one of its serials."""

    code = "no_such_stamp"
    sentence = _("Không có tem này trong lần in. Hãy xem lại số hoặc mã.")


class LotRecalled(Conflict):
    """Nobody should eat this: no more stamps for it."""

    code = "lot_recalled"
    sentence = _("Lô này đã thu hồi. Không tạo thêm tem được.")


class StampKeyReused(Conflict):
    """The key came before, with another wish."""

    code = "key_reused"
    sentence = _("Yêu cầu này đã được dùng cho việc khác. Hãy mở lại trang.")


@dataclass(frozen=True)
class Wish:
    """How many stamps of which kind; the key makes it one run, however often it is asked."""

    quantity: int
    kind: Kind = Kind.UNIT
    key: str | None = None


@dataclass(frozen=True)
class Found:
    """A serial that one of our keys made for an issuance, within its quantity."""

    serial: str
    index: int
    issuance: Issuance
    lot: Lot
    void: bool

    @property
    def active(self) -> bool:
        """Whether it was said to be on goods."""
        return self.index < self.issuance.activated


@dataclass(frozen=True)
class First:
    """The first stamp of an issuance, shown to tell where all of them lead."""

    serial: str
    url: str


@dataclass(frozen=True)
class Press:
    """What issuing needs besides the database: the seal of the keys and the printed host."""

    vault: Vault
    host: str


def open_press(settings: Settings) -> Press:
    try:
        return Press(keys.open_vault(settings), base(settings.stamp_base))
    except GS1Error as error:
        raise ConfigurationError(f"VUONSO_STAMP_HOST cannot be printed: {error}") from None


def issue(
    session: Session,
    principal: Principal,
    lot_public_id: str,
    wish: Wish,
    press: Press,
    now: datetime,
) -> Issuance:
    """One row, however many stamps; none of them is on goods yet.

    Raises:
        LotRecalled, NotTold, StampKeyReused: as they say.
    """
    lot = lots.get(session, principal, lot_public_id)
    known = _in_turn(session, lot, wish)
    if known is not None:
        return known
    _refuse_unready(session, lot)
    issuance = Issuance(
        id=_next_number(session),
        cooperative_id=lot.cooperative_id,
        lot_id=cast("int", lot.id),
        key=wish.key,
        kid=keys.current(session, press.vault, now).kid,
        kind=wish.kind,
        gtin=lot.gtin,
        host=press.host,
        producer=lots.origin(session, lot)[1].name,
        quantity=wish.quantity,
        activated=0,
        state=IssuanceState.ACTIVE,
        issued_at=now,
    )
    session.add(issuance)
    session.flush()
    openly.issued(session, issuance, lot, now)
    detail: Detail = {"quantity": wish.quantity, "lot": lot.public_id}
    _note(session, principal, AuditAction.STAMPS_ISSUED, issuance, detail, now)
    return issuance


def get(session: Session, principal: Principal, public_id: str) -> Issuance:
    return find(session, Issuance, public_id, principal)


def of_lot(session: Session, principal: Principal, lot: Lot) -> Sequence[Issuance]:
    """Newest first."""
    statement = scoped(select(Issuance), principal).where(Issuance.lot_id == lot.id)
    return session.exec(statement.order_by(col(Issuance.id).desc())).all()


def activate(
    session: Session, principal: Principal, public_id: str, upto: int | None, now: datetime
) -> Issuance:
    """The stamps up to this index, all where None, are on goods; never fewer than before."""
    issuance = get(session, principal, public_id)
    session.refresh(issuance, with_for_update=True)
    count = issuance.quantity if upto is None else upto + 1
    if count <= issuance.activated or issuance.state is IssuanceState.VOID:
        return issuance
    issuance.activated = count
    session.flush()
    openly.activated(session, issuance, now)
    _note(session, principal, AuditAction.STAMPS_ACTIVATED, issuance, {"upto": count}, now)
    return issuance


def void(
    session: Session,
    principal: Principal,
    public_id: str,
    now: datetime,
    wish: Range | None = None,
    reason: str = "",
) -> Issuance:
    """From now on none of these stamps, or of the whole run, is believed; never taken back."""
    issuance = get(session, principal, public_id)
    session.refresh(issuance, with_for_update=True)
    if issuance.state is IssuanceState.VOID:
        return issuance
    which = wish or Range(0, issuance.quantity - 1)
    _take_out(session, issuance, which, reason, now)
    subject = _subject(issuance, which)
    audit.note(session, principal, Deed(AuditAction.STAMPS_VOIDED, subject), now)
    return issuance


def void_again(session: Session, subject: str, now: datetime) -> None:
    """A backup brought back as good what had been called void."""
    public_id, _colon, which = subject.partition(":")
    found = session.exec(select(Issuance).where(Issuance.public_id == public_id)).one_or_none()
    if found is None or found.state is IssuanceState.VOID:
        return
    first, _dash, last = which.partition("-")
    part = Range(int(first), int(last)) if which else Range(0, found.quantity - 1)
    _take_out(session, found, part, "", now)
    deed = Deed(AuditAction.STAMPS_VOIDED, _subject(found, part))
    audit.append(session, found.cooperative_id, None, deed, now)


def taken_out(session: Session, issuance: Issuance) -> list[StampVoid]:
    """The ranges that were called void, oldest first."""
    own = select(StampVoid).where(StampVoid.issuance_id == issuance.id)
    return list(session.exec(own.order_by(col(StampVoid.id))))


def range_of(session: Session, vault: Vault, issuance: Issuance, form: VoidForm) -> Range | None:
    """Which stamps a person means; None for all of them.

    Raises:
        NoSuchStamp: one end is none of this run, or they are the wrong way round.
    """
    if not form.first and not form.last:
        return None
    ends = [
        index_of(session, vault, issuance, text)
        for text in (form.first or form.last, form.last or form.first)
    ]
    if ends[0] > ends[1]:
        raise NoSuchStamp
    return Range(*ends)


def index_of(session: Session, vault: Vault, issuance: Issuance, text: str) -> int:
    """The stamp that a number or a serial names.

    Raises:
        NoSuchStamp: it is none of this run.
    """
    index = rules.position(text, issuance.quantity)
    if index is not None:
        return index
    found = find_stamp(session, vault, text)
    if found is None or found.issuance.id != issuance.id:
        raise NoSuchStamp
    return found.index


def status(issuance: Issuance) -> Status:
    void = issuance.state is IssuanceState.VOID
    return rules.status(void=void, activated=issuance.activated)


def first(session: Session, vault: Vault, issuance: Issuance) -> First:
    keys.demand_own(session, issuance)
    number = cast("int", issuance.id)
    serial = token.issue(keys.live(session, vault)[issuance.kid], number, 0)
    if issuance.kind is Kind.UNIT:
        return First(serial, stamp_link(issuance.host, serial, issuance.gtin))
    lot = lots.of_id(session, issuance.lot_id)
    seal = Seal(issuance.kid, number, 0, lot.harvested_on, lot.simulated, lot_check(lot.code))
    digits = sealed.issue(seal, keys.sealing(session, vault)[issuance.kid])
    return First(serial, sealed_link(issuance.host, digits))


def find_stamp(session: Session, vault: Vault, text: str) -> Found | None:
    """What a scanned or typed serial belongs to, for anyone who asks."""
    try:
        stamp = token.read(text, keys.live(session, vault))
    except SerialError:
        return None
    return _found(session, token.normalise(text), (stamp.kid, stamp.issuance, stamp.index))


def find_sealed(session: Session, vault: Vault, digits: str) -> Found | None:
    """What a sealed stamp belongs to; its serial is that of the same index."""
    private = keys.sealing(session, vault)
    try:
        seal = sealed.read(digits, {kid: key.public_key() for kid, key in private.items()})
    except SerialError:
        return None
    serial = token.issue(keys.live(session, vault)[seal.kid], seal.issuance, seal.index)
    found = _found(session, serial, (seal.kid, seal.issuance, seal.index))
    honest = found is not None and found.issuance.kind is Kind.SEALED
    return found if honest and found and seal.fits_lot(found.lot.code) else None


def rotate(session: Session, principal: Principal, vault: Vault, now: datetime) -> None:
    """Another key from the next run on.

    Raises:
        NotAlone: other cooperatives use the keys too.
        TooFewKeys: they are for the seasons to come.
    """
    keys.demand_alone(session)
    row = keys.rotate(session, vault, now)
    audit.note(session, principal, Deed(AuditAction.KEYS_ROTATED, f"season:{row.season}"), now)


def printed_by_key(session: Session, principal: Principal) -> dict[int, int]:
    """How many stamps the caller's cooperative printed under each key."""
    own = select(Issuance.kid, func.sum(Issuance.quantity)).where(
        Issuance.cooperative_id == principal.cooperative_id
    )
    return {kid: int(count) for kid, count in session.exec(own.group_by(col(Issuance.kid)))}


def skip_ahead(session: Session) -> None:
    """After a backup was put back: no number that may be on paper is given once more."""
    _count(session, SKIPPED)


def _refuse_unready(session: Session, lot: Lot) -> None:
    if lot.recalled:
        raise LotRecalled
    passports.demand(session, lot)


def _in_turn(session: Session, lot: Lot, wish: Wish) -> Issuance | None:
    """What was issued under this key; whoever asks at once waits here."""
    if wish.key is None:
        return None
    owner = select(Cooperative.id).where(Cooperative.id == lot.cooperative_id)
    session.exec(owner.with_for_update()).one()
    known = session.exec(
        select(Issuance).where(
            Issuance.cooperative_id == lot.cooperative_id, Issuance.key == wish.key
        )
    ).one_or_none()
    if known is None:
        return None
    if (known.lot_id, known.quantity, known.kind) != (lot.id, wish.quantity, wish.kind):
        raise StampKeyReused
    return known


def _found(session: Session, serial: str, which: tuple[int, int, int]) -> Found | None:
    kid, number, index = which
    found = session.exec(
        select(Issuance, Lot)
        .where(Issuance.id == number, Issuance.kid == kid)
        .where(Lot.id == Issuance.lot_id)
    ).one_or_none()
    if found is None or index >= found[0].quantity:
        return None
    issuance, lot = found
    out = [Range(one.first, one.last) for one in taken_out(session, issuance)]
    void = issuance.state is IssuanceState.VOID or rules.is_void(index, out)
    return Found(serial, index, issuance, lot, void)


def _take_out(
    session: Session, issuance: Issuance, which: Range, reason: str, now: datetime
) -> None:
    number = cast("int", issuance.id)
    row = StampVoid(issuance_id=number, first=which.first, last=which.last, reason=reason, at=now)
    session.add(row)
    session.flush()
    out = [Range(one.first, one.last) for one in taken_out(session, issuance)]
    if rules.voided(issuance.quantity, out) == issuance.quantity:
        issuance.state = IssuanceState.VOID
        session.flush()
    openly.voided(session, issuance, which, now)


def _subject(issuance: Issuance, which: Range) -> str:
    """A whole run as such; a part of one with its ends, so that it can be done again."""
    whole = which == Range(0, issuance.quantity - 1)
    part = "" if whole else f":{which.first}-{which.last}"
    return f"issuance:{issuance.public_id}{part}"


def _note(
    session: Session,
    principal: Principal,
    action: AuditAction,
    issuance: Issuance,
    detail: Detail,
    now: datetime,
) -> None:
    deed = Deed(action, f"issuance:{issuance.public_id}", detail)
    audit.note(session, principal, deed, now)


def _next_number(session: Session) -> int:
    return _count(session, 1)


def _count(session: Session, step: int) -> int:
    bulk.insert_new(session, IssuanceCounter, [{"id": _ONLY, "last": 0}])
    counted = session.exec(
        update(IssuanceCounter)
        .where(col(IssuanceCounter.id) == _ONLY)
        .values(last=IssuanceCounter.last + step)
        .returning(col(IssuanceCounter.last))
    )
    number: int = counted.scalar_one()
    return number
