"""The product's own decision on the bench: real probes, plan and zone machine of `edge`.

Only the wires are simulated: counts, flow and clock go in, seconds of an open valve come out.
"""

import time
from dataclasses import replace
from typing import Final

from bench.seasons.media import DRIPPER_LPH, PLANTS, Medium
from bench.seasons.sensing import LOST, PROBES, READINGS, calibration
from bench.seasons.valve import Sight, Valve
from bench.seasons.weather import DAYS, STEP_S
from edge import dosing, probes, zone
from edge.control import Close, Dose, Inputs, Open, Strategy, ZoneMemory, ZoneParams, believed
from edge.evaporation import Air
from edge.probes import ProbeMemory, Vote
from edge.profiles import crops, media
from edge.zone_books import WATERING, at_boot
from edge.zones import WETTED_S
from wire.codes import ZoneState

BUDGET_L: Final = 3.0 * PLANTS
"""The default hard cap of a day."""

MAX_LEASE_L: Final = 5.0
FIRST_DAY: Final = 1
KEEP_STEPS: Final = 12
"""The agent writes what it has learnt to the card once an hour."""
PRIME_TICK_S: Final = 3.0
LEAST_TICK_S: Final = 0.5
SLOW_TICK_S: Final = 60.0
HALF_S: Final = STEP_S / READINGS
BUSY: Final = WATERING | {ZoneState.SOAK, ZoneState.VERIFY}


def params(strategy: Strategy, medium: Medium) -> ZoneParams:
    """What a grower enters on the first day; the true medium differs."""
    preset, crop = media()[medium.kind], crops()["melon"]
    return ZoneParams(
        key="z1",
        plants=PLANTS,
        nominal_lpm=PLANTS * DRIPPER_LPH / 60.0,
        max_lease_l=MAX_LEASE_L,
        budget_l=BUDGET_L,
        strategy=strategy,
        full_point=medium.full,
        root_l=medium.volume_l,
        wilting_point=medium.wilting,
        drain_s=preset.drain_h * 3600.0,
        trigger=preset.trigger,
        leaching=preset.leaching,
        curve=crop.curve(DAYS),
        stress_p=crop.p,
        planted=FIRST_DAY,
        verify_s=preset.verify_s,
    )


class Agent:
    """One zone of the agent, ticked at the moments at which its machine has something to do."""

    def __init__(self, strategy: Strategy, medium: Medium) -> None:
        self.valve = Valve()
        self.plan_s = 0.0
        """Seconds in `plan` so far."""
        self._params = params(strategy, medium)
        self._calibration = calibration(medium)
        self._memory = at_boot(0.0)
        self._probes = [ProbeMemory() for _ in range(PROBES)]
        self._vote: Vote | None = None
        """What the probes say together, once somebody asks after a reading."""
        self._heard = 0.0
        self._litres = 0.0
        self._kept = self._memory.belief
        self._lease: tuple[float, float] | None = None
        """Seconds and litres that are left of the open valve's lease."""

    @property
    def memory(self) -> ZoneMemory:
        return self._memory

    def open_s(self, sight: Sight) -> float:
        start, total = float(sight.step * STEP_S), 0.0
        for number, counts in enumerate(sight.counts):
            begin = start + number * HALF_S
            self._hear(counts, begin)
            if number > 0 and self._memory.state is ZoneState.IDLE:
                continue
            dose = self._plan(sight, begin) if number == 0 else None
            total += self._live(sight, begin, dose)
        return total

    def restart(self, step: int) -> None:
        """What the agent's store gives back: today's litres, what was learnt, an open fault."""
        now, before = float(step * STEP_S), self._memory
        memory = at_boot(now, day=before.day, day_l=before.day_l)
        self._memory = replace(memory, belief=self._kept and self._kept.asleep())
        if before.fault is not None:
            self._memory = replace(self._memory, state=ZoneState.FAULT, fault=before.fault)
        self._probes = [ProbeMemory() for _ in range(PROBES)]
        self._litres, self._lease = 0.0, None

    def _hear(self, counts: list[int], now: float) -> None:
        ended = self._memory.last_dose_end
        wetted = self._memory.state in BUSY or (ended is not None and now - ended <= WETTED_S)
        for number, raw in enumerate(counts):
            if raw != LOST:
                self._probes[number] = probes.receive(
                    self._probes[number], raw, self._calibration, now, wetted=wetted
                )
        self._vote, self._heard = None, now

    def _plan(self, sight: Sight, now: float) -> Dose | None:
        inputs = believed(self._memory, self._inputs(sight, now))
        began = time.thread_time()
        self._memory, dose = dosing.plan(self._params, self._memory, inputs, now)
        self.plan_s += time.thread_time() - began
        if sight.step % KEEP_STEPS == 0:
            self._kept = self._memory.belief
        return dose

    def _live(self, sight: Sight, begin: float, dose: Dose | None) -> float:
        """Run the zone machine until the next reading."""
        now, end, total = begin, begin + HALF_S, 0.0
        while now < end:
            self._tick(sight, now, dose)
            dose = None
            seconds = min(end - now, self._wait(now, sight.flow_lpm))
            wet = self._flow(sight, now, seconds)
            total += wet
            now += wet if self._lease is None and wet else seconds
        return total

    def _tick(self, sight: Sight, now: float, dose: Dose | None) -> None:
        inputs = self._inputs(sight, now, dose)
        self._memory, effects = zone.step(self._params, self._memory, inputs, now)
        for effect in effects:
            if isinstance(effect, Open):
                self._lease = (effect.lease_s, effect.lease_l)
            elif isinstance(effect, Close):
                self._lease = None

    def _flow(self, sight: Sight, now: float, seconds: float) -> float:
        """Let water run under the lease, as the valve bank would; returns the open seconds."""
        if self._lease is None:
            return 0.0
        left_s, left_l = self._lease
        wet = min(seconds, left_s, 60.0 * left_l / sight.flow_lpm)
        litres = wet * sight.flow_lpm / 60.0
        self._litres += litres
        self.valve.opened(now, wet)
        self._lease = (left_s - wet, left_l - litres) if wet == seconds else None
        return wet

    def _wait(self, now: float, flow_lpm: float) -> float:
        """How long the machine has nothing to decide; the result does not depend on it."""
        memory, settings = self._memory, self._params
        elapsed, delivery = now - memory.since, memory.delivery
        if memory.state in WATERING and delivery is not None:
            left_l = delivery.dose.litres * zone.ENOUGH - delivery.given_l
            left_s = 60.0 * left_l / flow_lpm
            pulse = PRIME_TICK_S if memory.state is ZoneState.PRIME else settings.pulse_s - elapsed
            return max(LEAST_TICK_S, min(left_s, pulse))
        if memory.state is ZoneState.SOAK:
            return max(LEAST_TICK_S, settings.soak_s - elapsed)
        return SLOW_TICK_S if memory.state is ZoneState.VERIFY else float(STEP_S)

    def _value(self, probe: ProbeMemory, now: float) -> float | None:
        return probe.value if now - probe.at <= self._params.stale_s else None

    def _inputs(self, sight: Sight, now: float, request: Dose | None = None) -> Inputs:
        """The one place where the bench's world becomes the agent's inputs."""
        if self._vote is None:
            self._vote = probes.vote(self._probes, self._heard, self._params.stale_s)
        vote = self._vote
        minutes = int(now // 60)
        return Inputs(
            minute=minutes % 1440,
            day=minutes // 1440 + FIRST_DAY,
            open=self._lease is not None,
            litres=self._litres,
            flow_lpm=sight.flow_lpm if self._lease is not None else 0.0,
            vwc=vote.vwc,
            vwc_age_s=vote.age_s + now - self._heard,
            probes=vote.probes,
            values=tuple(self._value(probe, now) for probe in self._probes),
            air=Air(sight.air.celsius, sight.air.rh, sight.air.radiation),
            wall_s=now,
            request=request,
        )
