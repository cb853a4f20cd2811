"""A scenario on stage: the real agent in its house, lock-step, while things go wrong on time.

The cloud commands nothing; people may push buttons, and the agent alone keeps them in bounds.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from edge import settings
from edge.ballast import Ballast
from edge.errors import EdgeError
from edge.runtime import Runtime, build
from edge.store import Store
from firmware_sim.card import Card, Trouble
from firmware_sim.chronicle import Chronicle
from firmware_sim.climate import REGIONS, GeneratedClimate
from firmware_sim.clock import DAY_MS, HOUR_MS, VIETNAM_MS, VirtualClock
from firmware_sim.line import Line
from firmware_sim.mishaps import Undo, befall, lasts_s, value_of
from firmware_sim.run import TICK_S
from firmware_sim.scenario import Fault, Kind, Scenario
from firmware_sim.watch import Watch
from firmware_sim.world import Start, World
from wire import codec
from wire.codes import Ended
from wire.identity import new_identity
from wire.messages import DesiredDoc, ZoneSettings
from wire.settings import desired
from wire.topics import Down, down

NOWHERE: Final = "mqtt://127.0.0.1:1"
FIRST_DAY: Final = 20_514
"""2 March 2026: any day serves, the same one makes runs comparable."""

STOP_POST_S: Final = 2.0
"""systemd runs the service's closer this soon after the agent has died."""
RESTART_S: Final = 5.0
PUSH_S: Final = 1.0
"""How long a finger is on a button."""
DAMAGE: Final = b"\xa5" * 2048

_DEADLY: Final = frozenset({Kind.POWER_CUT, Kind.KILLED, Kind.STORE_DAMAGED})


@dataclass(order=True, slots=True)
class _Due:
    at_s: float
    number: int
    """What is due at one moment happens in the order in which it was planned."""
    act: Callable[[], None] = field(compare=False)


class Stage:
    """One run of one scenario in a folder of its own."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.scenario, self._store_path = scenario, folder / "edge.db"
        start_ms = round(FIRST_DAY * DAY_MS - VIETNAM_MS + scenario.starts_at * HOUR_MS)
        self.clock = VirtualClock(start_ms)
        self.hardware = scenario.hardware()
        climate = GeneratedClimate(
            REGIONS[scenario.climate.region], scenario.climate.season, scenario.seed
        )
        fills = {zone.key: zone.fill for zone in scenario.zones}
        start = Start(start_ms, fills, scenario.house.planted_days)
        self.world = World(self.hardware, climate, scenario.seed, start)
        set_wrong = any(fault.kind is Kind.CLOCK_STEP for fault in scenario.faults)
        self.watch = Watch(self.hardware, self.world, calendar_true=not set_wrong)
        self.chronicle = Chronicle(self.world, self.watch)
        self.card, self.line = Card(self._store_path), Line()
        self._identity = new_identity((NOWHERE,), simulated=True)
        self._numbers = count()
        self._due = sorted(self._programme())
        self._dark_until = 0.0
        self._settle()
        self._runtime: Runtime | None = self._boot()

    def run(self) -> None:
        """To the end, and until everything is shut."""
        seconds = round(self.scenario.hours * 3600)
        for _ in range(seconds):
            self._second()
        if self._runtime is not None:
            self._leave(self._runtime)
        self.watch.end()

    def _second(self) -> None:
        while self._due and self._due[0].at_s <= self.clock.mono():
            self._due.pop(0).act()
        self.clock.advance(TICK_S)
        self.world.step(TICK_S, self.clock.true_ms)
        if self._runtime is not None:
            self._pass(self._runtime)
        self.watch.see(TICK_S, self.clock.true_ms)
        if self.chronicle.is_due(self.clock.mono()):
            if self._runtime is not None:
                self.chronicle.hear(self._runtime.store)
            self.chronicle.note(self.clock.mono())

    def _pass(self, runtime: Runtime) -> None:
        """A second of the agent; an error ends the process, and the service starts another."""
        with self.card.in_use():
            try:
                runtime.guard()
                runtime.tick()
            except EdgeError:
                with suppress(EdgeError):
                    runtime.close()
                self._is_gone(RESTART_S)
                return
        self.line.carry(runtime.store, self.clock.mono())

    def _leave(self, runtime: Runtime) -> None:
        runtime.valves.all_off(Ended.INTERRUPTED)
        with self.card.in_use(), suppress(EdgeError):
            runtime.agent.settle()
        self.chronicle.hear(runtime.store)
        self.line.end(runtime.store, self.clock.mono())
        with self.card.in_use(), suppress(EdgeError):
            runtime.close()

    def _programme(self) -> Iterator[_Due]:
        for fault in self.scenario.faults:
            yield _Due(fault.at_min * 60.0, next(self._numbers), self._happens(fault))
        for zone in self.scenario.zones:
            for minute in zone.pressed_min:
                yield _Due(minute * 60.0, next(self._numbers), partial(self._push, zone.key))

    def _push(self, zone: str) -> None:
        self.world.pushed.add(zone)
        self._later(PUSH_S, partial(self.world.pushed.discard, zone))

    def _happens(self, fault: Fault) -> Callable[[], None]:
        def act() -> None:
            self.chronicle.mishap(self.clock.mono(), fault)
            if fault.kind in _DEADLY:
                self._strike(fault)
            elif fault.kind is Kind.CLOCK_STEP:
                self.clock.step(round(value_of(fault) * HOUR_MS))
            else:
                undo, lasts = self._befall(fault), lasts_s(fault)
                if lasts is not None:
                    self._later(lasts, undo)

        return act

    def _befall(self, fault: Fault) -> Undo:
        """What can be mended again."""
        match fault.kind:
            case Kind.DISK_FULL:
                self.card.strike(Trouble.FULL)
                return self.card.mend
            case Kind.DISK_ERROR:
                self.card.strike(Trouble.ERROR)
                return self.card.mend
            case Kind.BROKER_GONE:
                self.line.cut(self.clock.mono())
                return lambda: self.line.mend(self.clock.mono())
            case _:
                return befall(self.world, self.scenario, fault)

    def _strike(self, fault: Fault) -> None:
        """What the agent does not survive."""
        if fault.kind is Kind.POWER_CUT:
            self._die(lasts_s(fault) or 0.0)
            self.world.replug()
        else:
            self._die(RESTART_S)
            if fault.kind is Kind.STORE_DAMAGED:
                _damage(self._store_path)
            self._later(STOP_POST_S, self.world.replug)

    def _later(self, after_s: float, act: Callable[[], None]) -> None:
        self._due.append(_Due(self.clock.mono() + after_s, next(self._numbers), act))
        self._due.sort()

    def _die(self, for_s: float) -> None:
        """The process is gone between two instructions; its pins stay as they were."""
        if self._runtime is not None:
            self.chronicle.hear(self._runtime.store)
            self._runtime.store.close()
        self._is_gone(for_s)

    def _is_gone(self, for_s: float) -> None:
        self._runtime = None
        self.line.hang_up()
        self._dark_until = max(self._dark_until, self.clock.mono() + for_s)
        self._later(for_s, self._return)

    def _return(self) -> None:
        if self._runtime is None and self.clock.mono() >= self._dark_until:
            self.world.replug()
            with self.card.in_use():
                try:
                    self._runtime = self._boot()
                except EdgeError:
                    self._is_gone(RESTART_S)

    def _boot(self) -> Runtime:
        return build(
            self.hardware,
            self._identity,
            self.clock,
            self.world.factory,
            self._store_path,
            self.world.sensors.buses(),
        )

    def _settle(self) -> None:
        """The ballast of the service's first start, and settings that the cloud sent before."""
        Ballast(self._store_path).lay_in()
        zones = {
            zone.key: ZoneSettings(strategy=zone.strategy.value) for zone in self.scenario.zones
        }
        topic = down(self._identity.device, Down.DESIRED)
        key = bytes.fromhex(self._identity.command_key)
        wish = desired(1, DesiredDoc(zones=zones))
        store = Store(self._store_path)
        try:
            with store.transaction() as change:
                settings.keep(change, codec.sign(wish, topic, key))
        finally:
            store.close()


def _damage(database: Path) -> None:
    """Overwrite a page in the middle, as a worn card does; what was not folded in is lost too."""
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        file.write(DAMAGE)
