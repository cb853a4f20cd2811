"""What a zone has taken: litres and seconds of the dose, litres of the day, and the day's end."""

from dataclasses import replace
from typing import Final

from edge.control import Inputs, ZoneMemory, ZoneParams
from edge.zone_answer import readings
from wire.codes import ZoneState

DAY_S: Final = 86_400.0
DAY_MIN: Final = 1440
SET_MIN: Final = 2.0
"""A calendar that moves this far against monotonic time was set; minutes are whole numbers."""

WATERING: Final = frozenset({ZoneState.PRIME, ZoneState.RUN, ZoneState.MANUAL})
"""The states in which the zone's valve is meant to be open."""


def at_boot(now: float, *, day: int | None = None, day_l: float = 0.0) -> ZoneMemory:
    """What a zone knows after a start: today's litres from the store, nothing of old doses."""
    return ZoneMemory(since=now, now=now, day=day, day_start=now, day_l=day_l)


def booked(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> ZoneMemory:
    """Book time and water since the last tick and roll the day."""
    litres = max(0.0, inputs.litres - memory.litres)
    delivery = memory.delivery
    if delivery is not None:
        seconds = now - memory.now if memory.state in WATERING else 0.0
        delivery = replace(
            delivery, given_l=delivery.given_l + litres, open_s=delivery.open_s + seconds
        )
    memory = replace(
        memory,
        now=now,
        litres=inputs.litres,
        day_l=memory.day_l + litres,
        day=memory.day if memory.day is not None else inputs.day,
        delivery=delivery,
        wetting=memory.wetting.with_water(
            litres / (params.root_l * params.plants), readings(inputs)
        ),
    )
    was_set, memory = _with_calendar(memory, inputs, now)
    if was_set and inputs.day is not None and memory.day is not None and inputs.day > memory.day:
        return replace(memory, day=inputs.day)
    if not _day_over(memory, inputs, now):
        return memory
    return replace(memory, day=inputs.day, day_start=now, day_l=0.0, slots_done=0)


def _with_calendar(memory: ZoneMemory, inputs: Inputs, now: float) -> tuple[bool, ZoneMemory]:
    """Whether somebody set the clock since the last look; that never brings a new budget."""
    if inputs.day is None or inputs.minute is None:
        return False, memory
    calendar = inputs.day * DAY_MIN + inputs.minute - now / 60.0
    was_set = memory.calendar is not None and abs(calendar - memory.calendar) > SET_MIN
    return was_set, replace(memory, calendar=calendar)


def _day_over(memory: ZoneMemory, inputs: Inputs, now: float) -> bool:
    """Local midnight when it is known, else 24 h of uptime; a clock set back starts no new day."""
    if inputs.day is not None and memory.day is not None and inputs.day > memory.day:
        return True
    behind = inputs.day is None or (memory.day is not None and inputs.day < memory.day)
    return behind and now - memory.day_start >= DAY_S
