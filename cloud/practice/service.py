"""Practice greenhouses: taken by a learner for half an hour, and as new for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Table, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from cloud.accounts import practising
from cloud.accounts.models import Account, Stand
from cloud.accounts.sessions import hash_token
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.clock import unix_ms
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.service import Planting
from cloud.devices.models import Command, CommandState
from cloud.diary.models import DiaryEntry
from cloud.errors import Conflict
from cloud.greenhouses import service as greenhouses
from cloud.greenhouses.rules import Moisture, ZoneCard
from cloud.growing import anew
from cloud.growing import service as growing
from cloud.growing.rules import Progress
from cloud.i18n import TIME_ZONE, _
from cloud.practice import rules
from cloud.practice.models import Training, TrainingTotal
from cloud.practice.rules import Deeds, Lesson
from cloud.principal import Principal
from cloud.telemetry.models import Event
from wire.codes import EventKind

ZONE_KEYS = ("z1", "z2")  # those of the practice greenhouse's board
_PLANTS = 2
_MOST = 500
"""Events looked through: two lessons make some dozens."""
_SHOWN = 200
"""Rows of a report on a page."""
_MINUTE_S = 60.0

_STAY = frozenset(
    {
        "cooperative",
        "farm",
        "greenhouse",
        "zone",
        "device",
        "zone_binding",
        "zone_wish",
        "desired_settings",
        "practice_stand",
    }
)
"""The stand itself; all else that hangs on it is its learner's, and goes with them."""


class NoRoom(Conflict):
    """Every practice greenhouse is taken, or the machine can bear no more."""

    code = "practice_full"
    sentence = _("Vườn giả đang có người tập hết chỗ. Nửa giờ nữa quay lại.")


@dataclass(frozen=True)
class Ground:
    """A practice greenhouse as its learner sees it: the steps done, the next one, its zones."""

    done: frozenset[rules.Step]
    next: str
    zones: Sequence[ZoneCard]


@dataclass(frozen=True)
class Course:
    """How a lesson goes in a cooperative: means over all who finished it, once or more often."""

    people: int
    minutes: int | None = None
    wrong: float | None = None
    calls: float | None = None


@dataclass(frozen=True)
class Row:
    """A lesson somebody finished; names are empty where an account was erased."""

    name: str
    helper: str | None
    lesson: Lesson
    done_at: datetime


def begin(session: Session, principal: Principal, token: str, places: int, now: datetime) -> None:
    """Let this browser onto the stand its person has, or onto a free one.

    Raises:
        NoRoom: there is none.
    """
    person = select(Account.id).where(Account.id == principal.account_id)
    session.exec(person.with_for_update()).one()  # of two tabs of theirs the second one waits
    own = select(Stand).where(Stand.learner_id == principal.account_id)
    stand = session.exec(own).one_or_none()
    if stand is None:
        stand = _take(session, principal, places, now)
        deed = Deed(AuditAction.PRACTICE_BEGUN, f"greenhouse:{stand.id}")
        practising.enter(session, hash_token(token), stand)
        audit.note(session, principal, deed, now)
    elif stand.until is None or stand.until <= now or stand.home_id != principal.cooperative_id:
        raise NoRoom  # still being taken down, or taken by them as a member of elsewhere
    else:
        practising.enter(session, hash_token(token), stand)


def taken(session: Session) -> Sequence[Stand]:
    """The stands somebody has, or had until a moment ago."""
    return session.exec(select(Stand).where(col(Stand.learner_id).is_not(None))).all()


def stand_of(session: Session, principal: Principal) -> Stand:
    """The stand that somebody is on; who is on none is turned away."""
    if principal.practice is None:
        raise NoRoom
    return session.get_one(Stand, principal.practice.stand)


def ground(session: Session, principal: Principal, now: datetime) -> Ground:
    """What the learner's greenhouse has told of their lessons."""
    stand = stand_of(session, principal)
    (house,) = greenhouses.all_of(session, principal)
    shown = greenhouses.status(session, principal, house, now)
    steps = _done(session, stand)
    return Ground(steps, rules.upcoming(steps, stand.lesson), shown.status.zones)


def answer(session: Session, principal: Principal, zone: str, now: datetime) -> bool:
    """Whether the zone that was named is one the greenhouse reports as dry."""
    right = any(
        card.public_id == zone and card.moisture is Moisture.DRY
        for card in ground(session, principal, now).zones
    )
    stand = stand_of(session, principal)
    stand.seen = stand.seen or right
    stand.wrong += not right
    return right


def choose(session: Session, principal: Principal, lesson: Lesson, now: datetime) -> None:
    """Do this lesson next; one that is learnt, or that needs another first, waits its turn.

    It is measured from now on; what went before belongs to the one that was left.
    """
    stand = stand_of(session, principal)
    steps = _done(session, stand)
    if lesson in rules.open_lessons(steps):
        stand.lesson = lesson.value
        stand.step = _upcoming(session, stand, steps)
        stand.since, stand.wrong, stand.calls = now, 0, 0


def call(session: Session, principal: Principal) -> None:
    """Somebody asked how the step goes: counted for all who learn, and told of nobody."""
    stand_of(session, principal).calls += 1


def is_followed(session: Session, stand: Stand) -> bool:
    """Whether `follow` would change nothing."""
    steps = _done(session, stand)
    known = _written(session, stand)
    return stand.step == _upcoming(session, stand, steps) and known.issuperset(rules.learnt(steps))


def follow(session: Session, stand: Stand, now: datetime) -> None:
    """Keep which step is next, and every lesson that has just been finished."""
    steps = _done(session, stand)
    before = _written(session, stand)
    for lesson in rules.learnt(steps):
        if lesson not in before:
            _write(session, stand, lesson, now)
    stand.step = _upcoming(session, stand, steps)
    session.flush()


def clear(session: Session, stand: Stand) -> None:
    """Delete all that was done and measured here, for the next one finds it as new."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        ours = None if table.name in _STAY else _hangs_on(table, stand)
        if ours is not None:
            session.connection().execute(delete(table).where(ours))


def free(session: Session, stand: Stand) -> None:
    """Nobody's again, and empty."""
    clear(session, stand)
    stand.learner_id = stand.home_id = stand.helper_id = None
    stand.began_at = stand.until = None
    stand.seen, stand.step, stand.lesson = False, "", ""
    stand.since, stand.wrong, stand.calls, stand.lots = None, 0, 0, None


def report(session: Session, principal: Principal) -> list[Row]:
    """Who of the cooperative has learnt what, and beside whom; the newest first."""
    own = select(Training).where(Training.cooperative_id == principal.cooperative_id)
    found = session.exec(own.order_by(col(Training.id).desc()).limit(_SHOWN)).all()
    people = {one.account_id for one in found} | {one.helper_id for one in found}
    named = select(Account.id, Account.name).where(col(Account.id).in_(people - {None}))
    names: dict[int | None, str] = dict(session.exec(named).all())
    return [
        Row(names.get(one.account_id, ""), names.get(one.helper_id), one.lesson, one.done_at)
        for one in found
    ]


def courses(session: Session, principal: Principal) -> dict[Lesson, Course]:
    """How many people of the cooperative have finished each lesson, and how it went for them.

    Means of fewer than `rules.ENOUGH` would tell of somebody.
    """
    own = select(Training.lesson, Training.account_id).distinct()
    found = session.exec(own.where(Training.cooperative_id == principal.cooperative_id)).all()
    sums = select(TrainingTotal).where(TrainingTotal.cooperative_id == principal.cooperative_id)
    totals = {total.lesson: total for total in session.exec(sums)}
    return {
        lesson: _course(sum(one is lesson for one, _person in found), totals.get(lesson.value))
        for lesson in Lesson
    }


def of_account(session: Session, account_id: int) -> Sequence[Training]:
    """What one person has learnt."""
    own = select(Training).where(Training.account_id == account_id)
    return session.exec(own.order_by(col(Training.id))).all()


def forget(session: Session, account_id: int, now: datetime) -> None:
    """An account is erased: what it learnt is no longer told, nor whom it helped to learn."""
    practising.leave(session, account_id, now)
    session.exec(delete(Training).where(col(Training.account_id) == account_id))
    helped = update(Training).where(col(Training.helper_id) == account_id)
    session.exec(helped.values(helper_id=None))


def _take(session: Session, principal: Principal, places: int, now: datetime) -> Stand:
    for number in range(1, places + 1):
        stand = session.get(Stand, number) or _built(session, number, now)
        free_one = (
            update(Stand)
            .where(col(Stand.id) == number, col(Stand.learner_id).is_(None))
            .values(
                learner_id=principal.account_id,
                home_id=principal.cooperative_id,
                helper_id=principal.helper.account_id if principal.helper else None,
                began_at=now,
                until=now + rules.LASTS,
            )
            .returning(col(Stand.id))
        )
        if session.exec(free_one).scalar_one_or_none() is not None:
            session.refresh(stand)
            return stand
    raise NoRoom


def _built(session: Session, number: int, now: datetime) -> Stand:
    """A stand that was not there a moment ago; who is not the first to build it finds it built."""
    try:
        with session.begin_nested():
            return _build(session, number, now)
    except IntegrityError:
        return session.get_one(Stand, number)


def _build(session: Session, number: int, now: datetime) -> Stand:
    """A tenant without members: what stands there is seen by its learner alone."""
    cooperative = cooperatives.create(session, f"Vườn tập {number}", "", "", now)
    farm = cooperatives.add_farm(session, cooperative, "Vườn tập", "")
    greenhouse = cooperatives.add_greenhouse(session, farm, "Vườn giả", now)
    planted_on = now.astimezone(TIME_ZONE).date()
    for position, _key in enumerate(ZONE_KEYS, 1):
        planting = Planting(f"Khu {position}", "Dưa lưới", _PLANTS, planted_on)
        cooperatives.add_zone(session, greenhouse, position, planting)
    stand = Stand(
        id=number,
        cooperative_id=cast("int", cooperative.id),
        greenhouse_id=cast("int", greenhouse.id),
    )
    session.add(stand)
    session.flush()
    return stand


def _course(people: int, total: TrainingTotal | None) -> Course:
    if total is None or total.finished < rules.ENOUGH or people < rules.ENOUGH:
        return Course(people)
    count = total.finished
    minutes = max(1, round(total.seconds / count / _MINUTE_S))
    return Course(people, minutes, total.wrong / count, total.calls / count)


def _written(session: Session, stand: Stand) -> set[Lesson]:
    """The lessons that the learner has finished since they are here."""
    known = select(Training.lesson).where(
        Training.account_id == stand.learner_id, col(Training.done_at) >= stand.began_at
    )
    return {Lesson(one) for one in session.exec(known)}


def _write(session: Session, stand: Stand, lesson: Lesson, now: datetime) -> None:
    """A lesson is finished: by whom, and beside that how it went, of nobody by name."""
    home = cast("int", stand.home_id)
    session.add(
        Training(
            cooperative_id=home,
            account_id=cast("int", stand.learner_id),
            helper_id=stand.helper_id,
            lesson=lesson,
            done_at=now,
        )
    )
    since = stand.since or cast("datetime", stand.began_at)
    total = session.get(TrainingTotal, (home, lesson.value), with_for_update=True)
    if total is None:
        total = TrainingTotal(cooperative_id=home, lesson=lesson.value)
        session.add(total)
    total.finished += 1
    total.seconds += round((now - since).total_seconds())
    total.wrong += stand.wrong + _refused(session, stand, since)
    total.calls += stand.calls
    stand.since, stand.wrong, stand.calls, stand.lesson = now, 0, 0, ""


def _refused(session: Session, stand: Stand, since: datetime) -> int:
    """Taps that the greenhouse did not follow."""
    asked = select(Command.id).where(
        Command.cooperative_id == stand.cooperative_id,
        Command.state == CommandState.REJECTED,
        col(Command.issued_at) >= since,
    )
    return len(session.exec(asked).all())


def _done(session: Session, stand: Stand) -> frozenset[rules.Step]:
    told = select(Event.kind).where(
        Event.device_id == stand.device_id,
        col(Event.kind).in_([kind.value for kind in rules.KINDS]),
        col(Event.wall_ms) >= unix_ms(cast("datetime", stand.began_at)),
    )
    found = session.exec(told.order_by(col(Event.wall_ms), col(Event.seq)).limit(_MOST))
    return rules.done([EventKind(kind) for kind in found], _deeds(session, stand))


def _deeds(session: Session, stand: Stand) -> Deeds:
    """What stands in the stand's own diary, and what was wished of its zones."""
    own = select(DiaryEntry.corrects_id).where(DiaryEntry.cooperative_id == stand.cooperative_id)
    entries = session.exec(own).all()
    wished = anew.wished_by_people(session, stand.cooperative_id)
    return Deeds(
        seen=stand.seen,
        noted=bool(entries),
        mended=any(corrected is not None for corrected in entries),
        wished=bool(wished),
        ruling=any(
            growing.overview(session, zone).progress is Progress.APPLIED for zone in wished
        ),
        harvested=bool(stand.lots),
        weighed=any(lot["left_g"] != lot["quantity_g"] for lot in stand.lots or ()),
    )


def _upcoming(session: Session, stand: Stand, steps: frozenset[rules.Step]) -> str:
    return rules.upcoming(steps, stand.lesson) if _is_heard(session, stand) else ""


def _is_heard(session: Session, stand: Stand) -> bool:
    """Whether anything has come from the greenhouse yet."""
    any_event = select(Event.seq).where(Event.device_id == stand.device_id).limit(1)
    return session.exec(any_event).first() is not None


def _hangs_on(table: Table, stand: Stand) -> ColumnElement[bool] | None:
    """Which rows of a table are the stand's: by cooperative, by device, or through their owner."""
    if "cooperative_id" in table.c:
        return table.c.cooperative_id == stand.cooperative_id
    if "device_id" in table.c:
        return table.c.device_id == stand.device_id
    for key in table.foreign_keys:
        owner = key.column.table
        above = None if owner is table or owner.name in _STAY else _hangs_on(owner, stand)
        if above is not None:
            return key.parent.in_(sa.select(key.column).where(above))
    return None
