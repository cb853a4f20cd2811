"""How long water rests: a pause with its end, and a halt that somebody should be told of.

Pure. A pause ends by the monotonic clock; the wall clock only shortens one found after a start.
"""

from dataclasses import dataclass, replace
from typing import Final

TOO_LONG_S: Final = 6 * 3600.0
"""A bag of coir lives through this on a hot day; longer, and somebody must hear of it."""

OVER: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class Pause:
    """Automation rests; people may still water."""

    until: float = OVER
    """Monotonic seconds."""
    until_ms: int | None = None
    """The same on a believed wall clock, for after a power cut."""
    unsure: bool = False
    """Found after a start, and no believed clock has said yet how long the power was off."""

    def is_on(self, now: float) -> bool:
        return now < self.until

    def left(self, now: float) -> float:
        """Seconds to its end."""
        return max(0.0, self.until - now)


@dataclass(frozen=True, slots=True)
class Halt:
    """All water is barred, by STOP or by the emergency stop."""

    since: float
    """Monotonic seconds; before this start where the halt is older."""
    told: bool = False

    def lasted(self, now: float) -> float:
        return max(0.0, now - self.since)


def pause(for_s: float, now: float, wall_ms: int | None) -> Pause:
    """Begin a pause; `wall_ms` is None while the wall clock is not believed."""
    return Pause(now + for_s, None if wall_ms is None else wall_ms + round(for_s * 1000))


def found(until_ms: int | None, left_s: float, now: float) -> Pause:
    """The pause that an earlier run wrote down: never longer than it had left then."""
    return Pause(now + left_s, until_ms, unsure=until_ms is not None)


def surer(pause: Pause, now: float, wall_ms: int | None) -> Pause:
    """Shorten a found pause once by the time that passed without power."""
    if not pause.unsure or wall_ms is None or pause.until_ms is None:
        return pause
    by_wall = now + (pause.until_ms - wall_ms) / 1000
    return replace(pause, until=min(pause.until, by_wall), unsure=False)


def watch(halt: Halt | None, now: float, *, halted: bool) -> tuple[Halt | None, bool]:
    """Count a halt; true in the one pass in which it has become too long."""
    if not halted:
        return None, False
    halt = halt or Halt(now)
    if halt.told or halt.lasted(now) < TOO_LONG_S:
        return halt, False
    return replace(halt, told=True), True


def halt_found(lasted_s: float, now: float) -> Halt | None:
    """The halt that an earlier run wrote down; one that was too long has been told."""
    if lasted_s <= 0.0:
        return None
    return Halt(now - lasted_s, told=lasted_s >= TOO_LONG_S)
