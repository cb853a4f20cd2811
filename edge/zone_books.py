"""What a zone has taken: litres and seconds of the dose, litres of the day, and the day's end."""

from dataclasses import replace
from typing import Final

from edge.control import Inputs, ZoneMemory
from wire.codes import ZoneState

DAY_S: Final = 86_400.0
WATERING: Final = frozenset({ZoneState.PRIME, ZoneState.RUN, ZoneState.MANUAL})
"""The states in which the zone's valve is meant to be open."""


def at_boot(now: float, *, day: int | None = None, day_l: float = 0.0) -> ZoneMemory:
    """What a zone knows after a start: today's litres from the store, nothing of old doses."""
    return ZoneMemory(since=now, now=now, day=day, day_start=now, day_l=day_l)


def booked(memory: ZoneMemory, inputs: Inputs, now: float) -> ZoneMemory:
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
    )
    if not _day_over(memory, inputs, now):
        return memory
    return replace(memory, day=inputs.day, day_start=now, day_l=0.0, slots_done=0)


def _day_over(memory: ZoneMemory, inputs: Inputs, now: float) -> bool:
    """Local midnight when it is known, else 24 h of uptime; a clock set back starts no new day."""
    if inputs.day is not None and memory.day is not None and inputs.day > memory.day:
        return True
    behind = inputs.day is None or (memory.day is not None and inputs.day < memory.day)
    return behind and now - memory.day_start >= DAY_S
