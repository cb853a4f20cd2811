"""What the database knows of devices, commands and quarantine, read when metrics are asked for.

One process of an installation suffices to ask for these; the figures are those of all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, and_, func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from cloud.alerts import outbox
from cloud.clock import Clock
from cloud.devices.models import Command, Device, DeviceSession
from cloud.epcis import own
from cloud.telemetry.models import EpochState, Quarantine

SILENT_AFTER: Final = timedelta(minutes=15)
"""Three of the slowest keepalives."""
NEWEST: Final = 2_000
"""Commands looked at: the work of a question stays the same however many there ever were."""


class StoredCollector(Collector):
    """Reads one figure after the other; a database that is away yields none, and no breakdown."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Nothing is read when the registry wants names only."""
        return ()

    def collect(self) -> Iterable[Metric]:
        try:
            with Session(self._engine) as session:
                return list(self._read(session))
        except SQLAlchemyError:
            return ()

    def _read(self, session: Session) -> Iterator[Metric]:
        yield _received(session)
        yield _quarantined(session)
        yield _commands(session)
        yield _unreached(session, self._clock.now())
        yield _untold(session)
        yield from _devices(session, self._clock.now() - SILENT_AFTER)


def _received(session: Session) -> Metric:
    total: int = session.exec(select(func.coalesce(func.sum(EpochState.upto), 0))).one()
    return GaugeMetricFamily(
        "vuonso_rows_received", "Rows of all devices up to their first gap.", value=float(total)
    )


def _unreached(session: Session, now: datetime) -> Metric:
    """What nobody knows of though somebody should: a person has to telephone."""
    return GaugeMetricFamily(
        "vuonso_alerts_unreached",
        "Open alerts of which nobody could be told.",
        value=float(outbox.unreached(session, now)),
    )


def _untold(session: Session) -> Metric:
    return GaugeMetricFamily(
        "vuonso_epcis_aside",
        "Harvests, print runs, sales and recalls of which no event can be made.",
        value=float(own.aside(session)),
    )


def _quarantined(session: Session) -> Metric:
    family = CounterMetricFamily(
        "vuonso_quarantined", "Messages and rows ever put into quarantine.", labels=("reason",)
    )
    reason = col(Quarantine.reason)
    for code, count in session.exec(select(reason, func.sum(Quarantine.count)).group_by(reason)):
        family.add_metric((code,), float(count))
    return family


def _commands(session: Session) -> Metric:
    family = GaugeMetricFamily(
        "vuonso_commands_newest",
        f"The newest {NEWEST} commands by what was asked and how it stands.",
        labels=("op", "state"),
    )
    newest = select(Command.op, Command.state).order_by(col(Command.id).desc()).limit(NEWEST)
    for (op, state), count in sorted(Counter(session.exec(newest).all()).items()):
        family.add_metric((str(op), str(state)), float(count))
    return family


def _devices(session: Session, silent_before: datetime) -> Iterator[Metric]:
    """Devices that serve, by whether they were heard, and what births told of rows not sent."""
    newest = select(func.max(DeviceSession.id)).group_by(col(DeviceSession.device_id))
    last = col(DeviceSession.birth)["last"].as_integer()
    rows = session.exec(
        select(DeviceSession.heard_at, last - func.coalesce(EpochState.upto, 0))
        .select_from(Device)
        .outerjoin(
            DeviceSession,
            and_(col(DeviceSession.device_id) == Device.id, col(DeviceSession.id).in_(newest)),
        )
        .outerjoin(
            EpochState,
            and_(
                col(EpochState.device_id) == Device.id,
                col(EpochState.epoch) == DeviceSession.epoch,
            ),
        )
        .where(col(Device.struck_off_at).is_(None))
    ).all()
    heard = [_is_after(at, silent_before) for at, _behind in rows]
    devices = GaugeMetricFamily("vuonso_devices", "Devices that serve.", labels=("heard",))
    devices.add_metric(("yes",), float(sum(heard)))
    devices.add_metric(("no",), float(len(heard) - sum(heard)))
    yield devices
    behind = [max(0, lag or 0) for _at, lag in rows]
    yield GaugeMetricFamily(
        "vuonso_device_rows_behind",
        "Rows that devices had at their last birth and that are not all here, of all devices.",
        value=float(sum(behind)),
    )
    yield GaugeMetricFamily(
        "vuonso_device_rows_behind_most",
        "The same of the worst device.",
        value=float(max(behind, default=0)),
    )


def _is_after(moment: datetime | None, other: datetime) -> bool:
    """A device that was never heard has no moment."""
    return moment is not None and moment >= other
