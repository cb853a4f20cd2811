"""Days of which a device signed a summary; the ingest keeps no summary whose signature fails.

What was forged or altered lies in quarantine under `signature` (`cloud.telemetry.reader`), so a
row of this kind that is stored was verified with the key that its device was claimed with.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from sqlmodel import Session

from cloud.clock import unix_ms
from cloud.telemetry import service
from cloud.telemetry.days import Level, bucket_of, start_ms
from cloud.telemetry.models import Event
from cloud.telemetry.past import Stretch
from wire.codes import EventKind

_LATE: Final = timedelta(days=8)
"""A device that was off at midnight closes up to a week of days late (`edge.daybook`)."""

WATER_L: Final = 1.0
WATER_SHARE: Final = 0.05
"""Litres, or the share of them, by which rows and the signed sum of a day may differ: a dose that
crosses midnight counts in the one by its minutes and in the other by its end."""


def bears_out(told_l: float, signed_l: float) -> bool:
    """Whether the signed sum of a day's water bears out the one that is told, in litres."""
    return abs(told_l - signed_l) <= max(WATER_L, WATER_SHARE * signed_l)


def days_of(
    session: Session, zone_ids: Sequence[int], time: tuple[datetime, datetime]
) -> Mapping[int, Mapping[int, float]]:
    """The litres that were signed, by zone and number of the local day; the end excluded."""
    start, end = time
    first, last = (bucket_of(unix_ms(one), Level.DAY) for one in time)
    served = service.serving(session, zone_ids, start, end + _LATE)
    found: dict[int, dict[int, float]] = {zone_id: {} for zone_id in zone_ids}
    among = list(chain.from_iterable(served.values()))
    for event in service.events(session, among, [EventKind.DAY_SUMMARY]):
        day, litres = event.data.get("day"), event.data.get("litres")
        if not isinstance(day, int) or not isinstance(litres, int | float):
            continue
        for zone_id, stretches in served.items():
            if first <= day < last and any(_covers(one, event, day) for one in stretches):
                found[zone_id][day] = float(litres)
    return found


def _covers(stretch: Stretch, event: Event, day: int) -> bool:
    """Whether the device served this zone on that day: late summaries may be of another one."""
    start, end = (start_ms(number, Level.DAY) for number in (day, day + 1))
    same = stretch.place == (event.device_id, event.zone_key)
    return same and stretch.start < end and stretch.end > start
