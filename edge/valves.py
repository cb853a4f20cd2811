"""The only owner of outputs: no valve is on without a live lease bounded in seconds and litres.

Refuses every opening it cannot bound, and shuts everything when the clock runs backwards.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, Protocol

from edge.errors import ValveError
from edge.interlock import Interlock, no_interlock
from wire.codes import Ended

REASSERT_S: Final = 0.95
"""A relay board that lost its state to a brown-out or a spark is put right within a second; a
little less than that, because seconds counted in floats are sometimes short of one."""


class Output(Protocol):
    """One relay."""

    def on(self) -> None: ...

    def off(self) -> None: ...


@dataclass(frozen=True)
class Bounds:
    """What no lease of a zone may exceed, whoever asks."""

    lease_s: float
    lease_l: float
    nominal_lps: float


@dataclass(frozen=True)
class Valve:
    """A zone's relay and its bounds."""

    output: Output
    bounds: Bounds


@dataclass(frozen=True)
class Closing:
    """How a dose ended."""

    zone: str
    ended: Ended
    seconds: float
    litres: float


@dataclass
class _Lease:
    since: float
    until: float
    most_l: float
    litres: float = 0.0


@dataclass
class _Total:
    open_s: float = 0.0
    litres: float = 0.0


class ValveBank:
    """Opens by lease only; safe to call from any thread.

    `meter` gives all litres since it was made; without one, litres are seconds times the
    nominal flow. While `interlock` is tripped nothing opens and everything open is shut.
    """

    def __init__(
        self,
        valves: Mapping[str, Valve],
        mono: Callable[[], float],
        *,
        pump: Output | None = None,
        meter: Callable[[], float] | None = None,
        max_open: int = 1,
        interlock: Interlock | None = None,
    ) -> None:
        self._interlock = interlock or no_interlock()
        self._valves, self._mono = dict(valves), mono
        self._pump, self._meter, self._max_open = pump, meter, max_open
        self._lock = threading.RLock()
        self._leases: dict[str, _Lease] = {}
        self._totals = {zone: _Total() for zone in valves}
        self._closings: list[Closing] = []
        self._seen = self._asserted = mono()
        self._metered = meter() if meter else 0.0
        self._unwritten = True
        self.all_off(Ended.INTERRUPTED)

    def open(self, zone: str, lease_s: float, lease_l: float) -> None:
        """Open for at most these seconds and litres, cut down to the zone's own bounds.

        Raises:
            ValveError: nothing was opened.
        """
        with self._lock:
            self.guard()
            self._refuse_opening(zone, lease_s, lease_l)
            now, bounds = self._seen, self._valves[zone].bounds
            until = now + min(lease_s, bounds.lease_s)
            with ExitStack() as undo:
                undo.callback(self._abandon, zone)
                self._leases[zone] = _Lease(now, until, min(lease_l, bounds.lease_l))
                self._write()
                undo.pop_all()

    def close(self, zone: str, ended: Ended) -> None:
        """Shut one zone; shutting a shut zone only repeats the order to its relay."""
        with self._lock:
            self._account()
            self._end(zone, ended)
            self._write()

    def all_off(self, ended: Ended) -> None:
        """Shut everything, even where one relay fails; the failure is raised at the end."""
        with self._lock:
            self._account()
            for zone in tuple(self._leases):
                self._end(zone, ended)
            self._write()

    def guard(self) -> None:
        """End every lease that is over; call at least five times a second."""
        with self._lock:
            steady = self._account()
            now, barred = self._seen, self._interlock.is_tripped()
            for zone, lease in tuple(self._leases.items()):
                if barred:
                    self._end(zone, Ended.STOPPED)
                elif not steady:
                    self._end(zone, Ended.FAULT)
                elif now >= lease.until or lease.litres >= lease.most_l:
                    self._end(zone, Ended.LEASE)
            if self._unwritten or not steady or now - self._asserted >= REASSERT_S:
                self._write()

    def open_zones(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._leases)

    def left_s(self, zone: str) -> float:
        """Seconds that the lease of a zone has left; none without a lease."""
        with self._lock:
            lease = self._leases.get(zone)
            return 0.0 if lease is None else max(lease.until - self._seen, 0.0)

    def totals(self, zone: str) -> tuple[float, float]:
        """Seconds open and litres delivered since this bank was made."""
        with self._lock:
            total = self._totals[zone]
            return total.open_s, total.litres

    def take_closings(self) -> list[Closing]:
        """The doses that ended since the last call."""
        with self._lock:
            closings, self._closings = self._closings, []
            return closings

    def _refuse_opening(self, zone: str, lease_s: float, lease_l: float) -> None:
        if zone not in self._valves:
            raise ValveError(f"there is no valve for zone {zone}")
        if not (lease_s > 0 and lease_l > 0):  # also refuses what is not a number
            raise ValveError(f"a dose of {lease_s} s and {lease_l} L is not bounded")
        if self._interlock.is_tripped():
            raise ValveError("the emergency stop is pressed, or its wire is cut")
        if zone in self._leases:
            raise ValveError(f"zone {zone} is already open; a lease is never extended")
        if len(self._leases) >= self._max_open:
            raise ValveError(f"{len(self._leases)} zones are open, no more are allowed at once")

    def _account(self) -> bool:
        """Book time and water since the last call; False when the clock went backwards."""
        now = self._mono()
        elapsed, self._seen = now - self._seen, now
        water = self._water(max(elapsed, 0.0))
        for zone, litres in water.items():
            self._leases[zone].litres += litres
            self._totals[zone].litres += litres
            self._totals[zone].open_s += max(elapsed, 0.0)
        return elapsed >= 0

    def _water(self, elapsed: float) -> dict[str, float]:
        nominal = {zone: self._valves[zone].bounds.nominal_lps for zone in self._leases}
        if self._meter is None:
            return {zone: flow * elapsed for zone, flow in nominal.items()}
        before, self._metered = self._metered, self._meter()
        metered = max(self._metered - before, 0.0)
        whole = sum(nominal.values())
        return {zone: metered * flow / whole for zone, flow in nominal.items()}

    def _end(self, zone: str, ended: Ended) -> None:
        lease = self._leases.pop(zone, None)
        self._unwritten = True
        if lease is not None:
            seconds = max(self._seen - lease.since, 0.0)
            self._closings.append(Closing(zone, ended, seconds, lease.litres))

    def _abandon(self, zone: str) -> None:
        self._leases.pop(zone, None)
        self._write()

    def _write(self) -> None:
        """Order every relay to its commanded state; one that fails does not spare the others."""
        self._asserted, self._unwritten = self._seen, True
        with ExitStack() as orders:  # runs last in, first out: the pump before the shut valves
            for zone, valve in self._valves.items():
                orders.callback(valve.output.on if zone in self._leases else valve.output.off)
            if self._pump is not None:
                orders.callback(self._pump.on if self._leases else self._pump.off)
        self._unwritten = False
