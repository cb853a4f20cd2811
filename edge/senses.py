"""What the agent feels: probes every ten seconds, flow every tick, the tank; and how old it is.

A probe that fails to answer is simply not heard; its age does the rest.
"""

from collections import deque
from contextlib import suppress
from typing import Final, Protocol

from edge import probes
from edge.config import Hardware
from edge.errors import HardwareError
from edge.hardware.devices import Reading
from edge.probes import Calibration, ProbeMemory, Vote

PROBE_EVERY_S: Final = 10.0
"""Soil moves slowly; a faster cadence only spends the bus."""
FLOW_WINDOW_S: Final = 5.0
"""A meter of 450 pulses per litre at the leak limit of 0.3 L/min gives eleven pulses in it."""
MINUTE_S: Final = 60.0


class Probe(Protocol):
    """A soil probe on its converter."""

    def read(self) -> Reading: ...


class Meter(Protocol):
    """A flow meter."""

    def litres(self) -> float: ...


class Tank(Protocol):
    """A float switch."""

    def has_water(self) -> bool: ...


class Senses:
    """The latest believed state of soil, pipe and tank."""

    def __init__(
        self,
        hardware: Hardware,
        probe_devices: dict[str, Probe],
        meter: Meter | None,
        tank: Tank | None,
    ) -> None:
        self._devices, self._meter, self._tank = probe_devices, meter, tank
        self._zone_of = {probe.key: probe.zone for probe in hardware.probes}
        self._keys = {
            zone.key: tuple(probe.key for probe in hardware.probes_of(zone.key))
            for zone in hardware.zones
        }
        self._calibrations = {
            probe.key: Calibration(probe.dry_raw, probe.wet_raw, probe.dry_vwc, probe.wet_vwc)
            for probe in hardware.probes
        }
        self._memories = {probe.key: ProbeMemory() for probe in hardware.probes}
        self._flow: deque[tuple[float, float]] = deque()
        self._probes_due = float("-inf")

    def look(self, now: float, wetted: frozenset[str]) -> None:
        """Take what is due; `wetted` are the zones that are or lately were watered."""
        if self._meter is not None:
            self._flow.append((now, self._meter.litres()))
            while now - self._flow[0][0] > FLOW_WINDOW_S:
                self._flow.popleft()
        if now < self._probes_due:
            return
        self._probes_due = now + PROBE_EVERY_S
        for key, device in self._devices.items():
            with suppress(HardwareError):
                reading = device.read()
                self._memories[key] = probes.receive(
                    self._memories[key],
                    reading.raw,
                    self._calibrations[key],
                    now,
                    wetted=self._zone_of[key] in wetted,
                )

    def vote(self, zone: str, now: float, stale_s: float) -> Vote:
        """What the probes of a zone say together."""
        return probes.vote([self._memories[key] for key in self._keys[zone]], now, stale_s)

    def values(self, zone: str, now: float, stale_s: float) -> tuple[float | None, ...]:
        """Each probe's own water content, None for one not heard lately."""
        memories = [self._memories[key] for key in self._keys[zone]]
        return tuple(m.value if now - m.at <= stale_s else None for m in memories)

    def flow_lpm(self) -> float | None:
        """Litres a minute over the last seconds; None without a meter."""
        if self._meter is None:
            return None
        if not self._flow:
            return 0.0
        (then, before), (now, litres) = self._flow[0], self._flow[-1]
        return (litres - before) / (now - then) * MINUTE_S if now > then else 0.0

    def litres(self) -> float | None:
        """All litres through the meter."""
        return None if self._meter is None else self._meter.litres()

    def tank_ok(self) -> bool:
        """Without a float switch the tank is presumed full."""
        return self._tank is None or self._tank.has_water()

    @property
    def has_tank(self) -> bool:
        return self._tank is not None
