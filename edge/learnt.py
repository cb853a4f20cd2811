"""What a zone has learnt, on the card once an hour: a power cut must not cost the season."""

from typing import Final

from pydantic import TypeAdapter, ValidationError

from edge.belief import Belief
from edge.flow_watch import FlowWatch
from edge.recorder import Entry
from edge.store import Store
from edge.zones import ZoneKeeper

KEEP_EVERY_S: Final = 3600.0
META_BELIEF: Final = "belief."
"""Before a zone's key."""

META_FLOW: Final = "flow."

_BELIEF: Final = TypeAdapter(Belief)
_FLOW: Final = TypeAdapter(FlowWatch)


def note(zone: ZoneKeeper, entry: Entry, now: float) -> None:
    """Write it down when an hour has passed."""
    if now < zone.learnt_due:
        return
    zone.learnt_due = now + KEEP_EVERY_S
    belief = zone.memory.belief
    if belief is not None:
        entry.change.set_meta(META_BELIEF + zone.key, _BELIEF.dump_json(belief).decode())
    if zone.flow.minutes > 0.0:
        note_flow(zone, entry)


def note_flow(zone: ZoneKeeper, entry: Entry) -> None:
    """Write down what the line used to carry, and what was told of it."""
    entry.change.set_meta(META_FLOW + zone.key, _FLOW.dump_json(zone.flow).decode())


def found(store: Store, zone: str) -> Belief | None:
    """What was written before the start; what cannot be read is learnt anew."""
    text = store.meta(META_BELIEF + zone)
    if text is None:
        return None
    try:
        return _BELIEF.validate_json(text).asleep()
    except ValidationError:
        return None


def found_flow(
    store: Store, zone: str, made_for_lpm: float, pulses_per_litre: float | None
) -> FlowWatch:
    """The same of the line; another line or another scale of the meter is learnt anew."""
    fresh = FlowWatch(made_for_lpm, pulses_per_litre=pulses_per_litre)
    text = store.meta(META_FLOW + zone)
    if text is None:
        return fresh
    try:
        return _FLOW.validate_json(text).asleep(made_for_lpm, pulses_per_litre)
    except ValidationError:
        return fresh
