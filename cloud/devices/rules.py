"""Pure decisions about commands: which state follows which, and how much water a request means.

The device's word outranks what the cloud presumes: a command that seemed expired or was cancelled
too late may still turn out to be running or done. Of two births it is said which was first.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cloud.devices.models import CommandState
from wire.codes import EventKind, Op
from wire.messages import Birth

START_LIFE: Final = timedelta(seconds=30)
"""A wish for water that waited longer is no longer wished."""
STOP_LIFE: Final = timedelta(days=3650)
"""STOP never expires; the wire wants a moment all the same."""
ANSWER_GRACE: Final = timedelta(seconds=15)
"""How long after its expiry a command may still be reported: a round trip on a slow network."""
SAME_STOP: Final = timedelta(seconds=20)
"""A STOP under the key of one that is over and older is a new tap on an old page."""
LINE_WAIT: Final = timedelta(minutes=5)
"""How long the agent lets an accepted wish wait while another zone is watered."""
LOST_AFTER: Final = timedelta(minutes=5)
"""A device that is silent for so long is lost; a reconnect after a dead cell takes up to three."""

_MARGIN: Final = 1.5  # emitters clog and pressure sags: the bound that is not asked for is wider
_SECONDS: Final = 60.0

_TOLD: Final = {
    EventKind.COMMAND_ACCEPTED: CommandState.ACCEPTED,
    EventKind.COMMAND_RUNNING: CommandState.RUNNING,
    EventKind.COMMAND_FLOWING: CommandState.FLOWING,
    EventKind.COMMAND_DONE: CommandState.DONE,
    EventKind.COMMAND_FAILED: CommandState.FAILED,
    EventKind.COMMAND_REJECTED: CommandState.REJECTED,
    EventKind.COMMAND_EXPIRED: CommandState.EXPIRED,
}

_RANK: Final = {
    CommandState.SENDING: 0,
    CommandState.EXPIRED: 1,
    CommandState.CANCELLED: 1,
    CommandState.ACCEPTED: 2,
    CommandState.RUNNING: 3,
    CommandState.FLOWING: 4,
    CommandState.DONE: 5,
    CommandState.FAILED: 5,
    CommandState.REJECTED: 5,
}

UNCONFIRMED: Final = (CommandState.SENDING, CommandState.ACCEPTED)
"""No water has moved yet, as far as the device has told."""
UNDER_WAY: Final = (*UNCONFIRMED, CommandState.RUNNING, CommandState.FLOWING)
"""Not over yet."""


def is_same_stop(state: CommandState, age: timedelta) -> bool:
    """Whether a STOP that comes under a known key was sent twice rather than tapped again.

    A page that the browser had put aside carries the key of before: there must be water to stop
    again. Stopping twice does no harm.
    """
    return state is CommandState.SENDING or age < SAME_STOP


@dataclass(frozen=True)
class Amount:
    """What a person asks for: litres, or seconds of an open valve."""

    litres: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked of a whole house."""

    op: Op
    for_s: float | None = None


@dataclass(frozen=True)
class Bounds:
    """What the device will do at most; both bounds always stand."""

    litres: float
    seconds: float


def precedes(birth: Birth, newest: Birth) -> bool:
    """Whether a birth was said before this one, by the device's own counters; no clock decides.

    `session` counts the agent's starts and outlives a lost database, `last` its rows.
    """
    if birth.epoch == newest.epoch:
        return (birth.session, birth.last) < (newest.session, newest.last)
    return birth.epoch == newest.prev_epoch


def after(state: CommandState, told: EventKind) -> CommandState:
    """The state after the device told something; late and repeated words change nothing."""
    target = _TOLD.get(told, state)
    late_expiry = target is CommandState.EXPIRED and state is not CommandState.SENDING
    return state if late_expiry or _RANK[target] <= _RANK[state] else target


def bounds(amount: Amount, nominal_lpm: float, max_lease_s: float) -> Bounds:
    """The litres and seconds of a request, by the nominal flow the device told at birth."""
    if amount.litres is not None:
        seconds = amount.litres / nominal_lpm * _SECONDS * _MARGIN
        return Bounds(amount.litres, min(seconds, max_lease_s))
    seconds = min(amount.seconds or 0.0, max_lease_s)
    return Bounds(seconds / _SECONDS * nominal_lpm * _MARGIN, seconds)
