"""The chores of the night, each harmless when done twice; and what is rolled up by day."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlmodel import Session

from cloud import chores, ending, sealing, settling
from cloud.alerts import outbox, post, watch
from cloud.alerts import service as alerts
from cloud.alerts.post import CLOSED, Office
from cloud.audit import service as audit
from cloud.channels import look
from cloud.channels.goods import Window
from cloud.clock import Clock
from cloud.db import writing
from cloud.epcis import own
from cloud.growing import outlook
from cloud.growing.outlook import Outlook
from cloud.i18n import TIME_ZONE
from cloud.market import bells, duties
from cloud.media import service as media
from cloud.media.store import Store
from cloud.money import statements
from cloud.orders import allotting, buyers, following, handing, letters, terms
from cloud.orders import post as buyers_post
from cloud.privacy import service as privacy
from cloud.products import ahead, batches, harvests, packs, upkeep, window
from cloud.products.outlet import Outlet
from cloud.reviews import judging
from cloud.scans import tidy
from cloud.shipping.accounts import Counters
from cloud.stamps import sheets
from cloud.stamps.sheets import Room
from cloud.supplies import service as supplies
from cloud.telemetry import retention, rollups
from cloud.telemetry.keep import Keep
from cloud.weather.source import Persistence, Source

Chore = Callable[[Session, datetime], None]
Round = Callable[[Engine, datetime], object]
"""A chore of many small transactions of its own."""

CHORES: Final[tuple[Chore, ...]] = (
    outbox.sweep,
    alerts.sweep,
    audit.publish,
    buyers.erase_due,
    duties.forget_answered,
    letters.sweep,
    statements.sweep,
    supplies.sweep,
    privacy.erase_left,
    privacy.sweep,
    window.rebuild,
    packs.rename_grams,
    judging.forget_hidden,
)

ROLL_EVERY_S: Final = 60
"""Pages that look further back than a day are behind by a quarter of an hour and this."""

_LATE_S: Final = 86_400
"""A night that the machine slept through is made up for; another comes after a day."""

_log = logging.getLogger(__name__)


def work(
    engine: Engine,
    clock: Clock,
    tasks: tuple[Chore, ...] = CHORES,
    rounds: tuple[Round, ...] = (),
) -> int:
    """Do all chores; how many failed, none of which keeps another from its turn."""
    all_of: list[Round] = [partial(_in_one, chore) for chore in tasks]
    all_of += rounds
    return sum(not _done(engine, chore, clock.now()) for chore in all_of)


def rounds(keep: Keep, store: Store, place: Room) -> tuple[Round, ...]:
    """The nightly rounds, by what is to be kept how long and where; rolling up comes first."""
    return (
        partial(rollups.work, keep=keep),
        partial(retention.tidy, keep=keep),
        partial(media.sweep, store=store),
        partial(sheets.sweep, place=place),
        tidy.add_up,
        own.tell_again,
        sealing.reseal,
        settling.settle_all,
        batches.carry,
    )


def names(nightly: tuple[Round, ...]) -> list[str]:
    """What a night consists of, by names."""
    everything: list[Callable[..., object]] = [*CHORES, *nightly]
    return [name_of(one) for one in everything]


@contextmanager
def printing(engine: Engine, clock: Clock, place: Room) -> Iterator[None]:
    """Make the label sheets that people ask for, one after the other."""
    scheduler = BackgroundScheduler(timezone=TIME_ZONE, daemon=True)
    every = {"seconds": sheets.EVERY_S, "coalesce": True, "misfire_grace_time": _LATE_S}
    scheduler.add_job(sheets.look, "interval", (engine, clock, place), **every)
    with _running(scheduler, "sheets"):
        yield


@contextmanager
def every_night(
    engine: Engine,
    clock: Clock,
    nightly: tuple[Round, ...],
    office: Office = CLOSED,
    source: Source | None = None,
    counters: Counters | None = None,
) -> Iterator[None]:
    """Do them now, for a night may have passed while nobody ran, and ten minutes past midnight."""
    scheduler = BackgroundScheduler(timezone=TIME_ZONE, daemon=True)
    scheduler.add_job(
        work,
        "cron",
        (engine, clock, CHORES, nightly),
        hour=0,
        minute=10,
        next_run_time=clock.now(),
        coalesce=True,
        misfire_grace_time=_LATE_S,
    )
    for work_round, seconds in (
        *_often(nightly[0], office, source or Persistence()),
        *_carried(counters),
    ):
        scheduler.add_job(
            work,
            "interval",
            (engine, clock, (), (work_round,)),
            seconds=seconds,
            coalesce=True,
            misfire_grace_time=_LATE_S,
        )
    with _running(scheduler, "night"):
        yield


def _often(rolling: Round, office: Office, source: Source) -> tuple[tuple[Round, float], ...]:
    """What cannot wait for the night, and after how many seconds it is done again."""
    window = Window(Outlet(office.base, samples=False))
    return (
        (rolling, ROLL_EVERY_S),
        (watch.Watch().round, watch.EVERY_S),
        (partial(post.deliver, office=office), post.EVERY_S),
        (Outlook(source).round, outlook.EVERY_S),
        (own.tell, own.EVERY_S),
        (terms.expire, terms.EVERY_S),
        (partial(look.work, window=window), look.EVERY_S),
        (partial(buyers_post.deliver, ways=buyers_post.ways(office)), buyers_post.EVERY_S),
        (upkeep.work, upkeep.EVERY_S),
        (harvests.work, upkeep.EVERY_S),
        (ahead.work, upkeep.EVERY_S),
        (allotting.work, allotting.EVERY_S),
        (partial(bells.deliver, office=office), bells.EVERY_S),
    )


def _carried(counters: Counters | None) -> tuple[tuple[Round, float], ...]:
    """What is asked of carriers, where there is a key to open their tokens."""
    if counters is None:
        return ()
    return (
        (partial(handing.work, counters=counters), handing.EVERY_S),
        (partial(following.work, counters=counters), following.EVERY_S),
    )


@contextmanager
def _running(scheduler: BackgroundScheduler, name: str) -> Iterator[None]:
    scheduler.start()
    try:
        yield
    finally:
        closing = threading.Thread(target=scheduler.shutdown, name=name, daemon=True)
        closing.start()
        ending.join(closing)  # work that hangs is undone, and made up for


def _in_one(chore: Chore, engine: Engine, now: datetime) -> None:
    with Session(writing(engine)) as session, session.begin():
        chore(session, now)


def name_of(work: Callable[..., object]) -> str:
    """The function that does it, whatever it is wrapped in."""
    if isinstance(work, partial):
        return name_of(work.args[0] if work.func is _in_one else work.func)
    return f"{work.__module__}.{work.__name__}"


def _done(engine: Engine, chore: Round, now: datetime) -> bool:
    try:
        chore(engine, now)
        with Session(writing(engine)) as session, session.begin():
            chores.record(session, name_of(chore), now)
    except Exception:  # noqa: BLE001  # whatever it was, the others get their turn
        _log.exception("a chore failed: %s", name_of(chore))
        return False
    return True
