"""A zone on a bench: the machine, a valve bank that enforces leases, and a line that flows."""

from dataclasses import dataclass, field, replace

from edge.control import (
    Close,
    Dose,
    Effect,
    Emit,
    Inputs,
    Open,
    Strategy,
    ZoneMemory,
    ZoneParams,
)
from edge.zone import step
from edge.zone_books import at_boot
from wire.codes import Cause, EventKind, ZoneState

PARAMS = ZoneParams(
    key="z1",
    plants=60,
    nominal_lpm=2.0,
    max_lease_l=25.0,
    budget_l=180.0,
    strategy=Strategy.THRESHOLD,
)

CALM = Inputs(
    minute=600, day=1, open=False, litres=0.0, flow_lpm=0.0, vwc=0.42, vwc_age_s=5.0, probes=3
)


def dose(litres: float = 30.0, cause: Cause = Cause.AUTO, max_s: float = 3600.0) -> Dose:
    return Dose(cause, litres, max_s, "cmd0000001" if cause is Cause.MANUAL else None)


@dataclass
class ZoneBench:
    """`flow` is what the line gives while the valve is open; None takes the meter away."""

    params: ZoneParams = PARAMS
    flow: float | None = 2.0
    leak: float = 0.0
    memory: ZoneMemory = field(default_factory=lambda: at_boot(0.0))
    now: float = 0.0
    litres: float = 0.0
    opened_at: float = 0.0
    lease: Open | None = None
    lease_litres: float = 0.0
    inputs: Inputs = CALM
    effects: list[Effect] = field(default_factory=list)

    def state(self) -> ZoneState:
        return self.memory.state

    @property
    def is_open(self) -> bool:
        return self.lease is not None

    def tick(self, seconds: float = 1.0, request: Dose | None = None) -> tuple[Effect, ...]:
        self.now += seconds
        self._flow(seconds)
        inputs = replace(
            self.inputs,
            open=self.is_open,
            litres=self.litres,
            flow_lpm=self._meter(),
            request=request,
        )
        self.memory, effects = step(self.params, self.memory, inputs, self.now)
        self.effects.extend(effects)
        for effect in effects:
            self._carry_out(effect)
        return effects

    def run(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.tick()

    def run_to(self, state: ZoneState, most: float = 7200.0) -> None:
        for _ in range(int(most)):
            if self.state() is state:
                return
            self.tick()
        raise AssertionError(f"still {self.state()} after {most} s, wanted {state}")

    def idle(self) -> "ZoneBench":
        self.run_to(ZoneState.IDLE, 60)
        self.effects.clear()
        return self

    def running(self, litres: float = 30.0, cause: Cause = Cause.AUTO) -> "ZoneBench":
        self.idle().tick(request=dose(litres, cause))
        self.run_to(ZoneState.MANUAL if cause is Cause.MANUAL else ZoneState.RUN, 60)
        return self

    def events(self, kind: EventKind) -> list[Emit]:
        return [e for e in self.effects if isinstance(e, Emit) and e.kind is kind]

    def opens(self) -> list[Open]:
        return [e for e in self.effects if isinstance(e, Open)]

    def closes(self) -> list[Close]:
        return [e for e in self.effects if isinstance(e, Close)]

    def _meter(self) -> float | None:
        if self.flow is None:
            return None
        return self.flow if self.is_open else self.leak

    def _flow(self, seconds: float) -> None:
        if self.lease is None:
            return
        given = (self.params.nominal_lpm if self.flow is None else self.flow) * seconds / 60.0
        self.litres += given
        self.lease_litres += given
        over = self.now - self.opened_at >= self.lease.lease_s
        if over or self.lease_litres >= self.lease.lease_l:
            self.lease = None

    def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, Close):
            self.lease = None
        if isinstance(effect, Open):
            self.lease, self.opened_at, self.lease_litres = effect, self.now, 0.0
