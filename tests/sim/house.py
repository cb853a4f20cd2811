"""One greenhouse: soil and water of the simulator, the real agent on its pins, card and clock.

The agent dies at a statement of its store, with the power or by a signal, and comes back; its
courier's passes are driven by hand, so that no thread is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Final

from edge import settings
from edge.config import Hardware
from edge.errors import EdgeError
from edge.runtime import Runtime, build
from edge.store import Store
from edge.uplink import Dial, Link, Signals
from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.watch import Watch
from firmware_sim.world import Start, World
from tests.sim.agenda import Agenda
from tests.sim.books import Books
from tests.sim.broker import Broker, DeviceLink
from tests.sim.clocks import PiClock, true_ms
from tests.sim.storm import Storm
from tests.sim.tally import Tally
from tests.sim.waters import DayWaters
from wire import codec
from wire.codes import ClockQuality
from wire.identity import Identity
from wire.messages import Desired, DesiredDoc, ZoneSettings
from wire.settings import desired
from wire.topics import Down, down

BUSY_S: Final = 1.0
IDLE_S: Final = 60.1
"""Between two looks while nothing flows: a sample is due every minute of the Pi's own clock, which
may go slow, and a plan every five. Whatever is heard is looked at within `BUSY_S`."""
CARRY_S: Final = 20.0
"""Between two looks of the courier at what it waits for; it has a thread of its own."""
STOP_POST_S: Final = 2.0
"""The service's closer runs this soon after the agent has died."""
RESTART_S: Final = 5.0
START_S: Final = 20.0
"""From power to the agent."""
GRID_S: Final = 60.0
"""Houses come back on a grid, so that rows of many can share a batch."""
STATEMENTS: Final = 60
"""An agent that is doomed dies before one of so many statements of its store."""
TORN: Final = b"\x5a" * 700
"""What a cut leaves of a frame that was being written when no fsync had covered it."""


@dataclass(frozen=True)
class Site:
    """What is built, for whom, and the strategies of its zones."""

    hardware: Hardware
    identity: Identity
    strategies: dict[str, str]
    seed: int


@dataclass(frozen=True)
class Ground:
    """What all houses of a run share."""

    agenda: Agenda
    storm: Storm
    tally: Tally
    broker: Broker
    folder: Path


@dataclass(frozen=True)
class Fittings:
    """Where a planted mistake goes in; as built, nothing is changed."""

    hardware: Callable[[Hardware], Hardware] = lambda hardware: hardware
    dial: Callable[["House", Dial], Dial] = lambda _house, dial: dial
    world: type[World] = World
    before_boot: Callable[["House"], None] = lambda _house: None


AS_BUILT: Final = Fittings()


def first_settings(site: Site) -> Desired:
    """What is on a card, and known to the cloud, before a run."""
    zones = {
        key: ZoneSettings.model_validate({"strategy": strategy})
        for key, strategy in site.strategies.items()
    }
    return desired(1, DesiredDoc(zones=zones))


class House:
    """Its promises are watched second by second from relays and pipes."""

    def __init__(self, site: Site, ground: Ground, fittings: Fittings = AS_BUILT) -> None:
        self.site, self.ground, self._fittings = site, ground, fittings
        self.agenda, self.tally = ground.agenda, ground.tally
        chance = ground.storm.chance
        self.clock = PiClock(self.agenda, chance.uniform(-1e-4, 1e-4))
        climate = GeneratedClimate(REGIONS["red-river"], chance.choice(tuple(Season)), site.seed)
        start = Start(true_ms(self.agenda), {z.key: 0.9 for z in site.hardware.zones})
        self.world = fittings.world(site.hardware, climate, site.seed, start)
        self.watch = Watch(site.hardware, self.world, calendar_true=False)
        self.books = Books(site.identity.device, self.agenda, self.tally)
        self.path = ground.folder / site.identity.device / "edge.db"
        self.path.parent.mkdir()
        self.link: DeviceLink | None = None
        self.runtime: Runtime | None = None
        self.waters = DayWaters(self.watch)
        self.restarts_astray = 0
        self._day: int | None = None
        self._moved_at, self._token = self.agenda.now, 0
        self._is_woken = self._is_doomed = self._is_passing = False
        self._dark_until, self._tick_at = 0.0, inf
        self._settle()
        self.boot()

    @property
    def device(self) -> str:
        return self.site.identity.device

    def boot(self, *, early: bool = False) -> None:
        """Unless it runs, or there is no power yet."""
        if self.runtime is not None or (self.agenda.now < self._dark_until and not early):
            return
        self._move()
        self._fittings.before_boot(self)
        self.world.replug()
        buses = replace(self.world.sensors.buses(), dial=self._fittings.dial(self, self._dial))
        self.runtime = build(
            self._fittings.hardware(self.site.hardware),
            self.site.identity,
            self.clock,
            self.world.factory,
            self.path,
            buses,
        )
        self.restarts_astray += self.is_astray
        self.books.rests.start()
        self._day, self._is_doomed = None, False
        self.tally.note(f"{self.device[:4]} boots")
        self.books.read(self.runtime.store)
        self._schedule(BUSY_S)
        self.agenda.after(CARRY_S, partial(self._carry, self.runtime))

    def kill(self) -> None:
        """SIGKILL: pins stay as they are until the service's closer has run."""
        if self.runtime is None:
            return
        self._die()
        self.agenda.after(STOP_POST_S, self._close_behind)
        self._boot_after(RESTART_S)
        self._schedule(BUSY_S)

    def cut_power(self, dark_s: float) -> None:
        """Relays fall off; the last, unsynced write is torn; the clock forgets the time."""
        torn = self._files() if self.runtime is not None else {}
        self._die()
        for path, octets in torn.items():
            path.write_bytes(octets + (TORN if path.name.endswith("-wal") else b""))
        self.world.replug()
        self.clock.lose_power(dark_s)
        self._dark_until = self.agenda.now + dark_s
        self._boot_after(dark_s + START_S)

    def restart(self) -> None:
        """SIGTERM, as after an update."""
        runtime, self.runtime = self.runtime, None
        if runtime is None:
            return
        runtime.close()
        self._boot_after(RESTART_S)

    def doom(self) -> None:
        """Let it die between two statements of its store, some time soon."""
        if self.runtime is None or self._is_doomed:
            return
        self._is_doomed = True
        left = self.ground.storm.chance.randint(1, STATEMENTS)
        database = self.runtime.store._db

        def count(_statement: str) -> None:
            nonlocal left
            left -= 1 if self._is_passing else 0
            if left == 0 and self._is_passing:
                database.interrupt()

        database.set_trace_callback(count)

    def spare(self) -> None:
        """A doom that has not come true is over, or it would strike in the calm."""
        if self.runtime is not None and self._is_doomed:
            self._is_doomed = False
            self.runtime.store._db.set_trace_callback(None)

    def set_clock(self, wrong_ms: int) -> None:
        self._move()
        self.clock.set(wrong_ms)
        self.waters.see(true_ms(self.agenda), is_astray=self.is_astray)
        self._doubt()

    def _doubt(self) -> None:
        if self.clock.quality is ClockQuality.TRUSTED and self.clock.wrong_ms != 0:
            self.books.rests.doubt()

    @property
    def is_astray(self) -> bool:
        return self.clock.quality is not ClockQuality.TRUSTED or self.clock.wrong_ms != 0

    def wake(self) -> None:
        """Something came in; heard at once, as the loop's ear does."""
        if not self._is_woken:
            self._is_woken = True
            self.agenda.after(0.0, self._ear)

    def _ear(self) -> None:
        self._is_woken = False
        runtime = self.runtime
        if runtime is not None and self._guarded(self._attend) and self._is_busy(runtime):
            self._schedule(BUSY_S)

    def _carry(self, runtime: Runtime) -> None:
        """For as long as this agent lives."""
        if self.runtime is runtime and self._guarded(self._attend):
            self.agenda.after(CARRY_S, partial(self._carry, runtime))

    def _attend(self, runtime: Runtime) -> None:
        runtime.uplink.step(0.0)
        if runtime.uplink.news.is_set():
            runtime.uplink.news.clear()
            runtime.agent.attend()
            runtime.uplink.step(0.0)
            self._schedule(BUSY_S)

    def _tick(self, token: int) -> None:
        if token != self._token:
            return
        self._tick_at = inf
        self._move()
        runtime = self.runtime
        if runtime is not None and self._guarded(self._pass):
            self._schedule(BUSY_S if self._is_busy(runtime) else IDLE_S)
        elif self.world.open_zones:
            self._schedule(BUSY_S)

    def _pass(self, runtime: Runtime) -> None:
        runtime.guard()
        runtime.tick()
        self._follow_calendar(runtime)
        runtime.uplink.step(0.0)

    def _guarded(self, act: Callable[[Runtime], None]) -> bool:
        """Whether it lives on. A doomed agent dies at an interrupted statement; any other error
        is a finding."""
        runtime = self.runtime
        assert runtime is not None
        self._is_passing = True
        try:
            act(runtime)
        except EdgeError:
            if not self._is_doomed:
                raise
            self.tally.fault("killed at a statement", self.device[:4])
            self._fall()
            return False
        finally:
            self._is_passing = False
        self.books.read(runtime.store)
        self._doubt()
        return True

    def _fall(self) -> None:
        if self.ground.storm.chance.random() < 0.5:
            self.kill()
        else:
            self.cut_power(self.ground.storm.lasts_s(self.ground.storm.rates.dark_s))

    def _is_busy(self, runtime: Runtime) -> bool:
        zones = runtime.agent._house.zones.values()
        return bool(self.world.open_zones) or any(zone.is_watering for zone in zones)

    def _follow_calendar(self, runtime: Runtime) -> None:
        wall = self.clock.wall()
        if wall.quality is ClockQuality.TRUSTED and wall.day != self._day:
            self._day = wall.day
            runtime.calendar.at_midnight()

    def _schedule(self, after_s: float) -> None:
        """The next tick, unless a sooner one is planned."""
        if self.agenda.now + after_s >= self._tick_at:
            return
        self._tick_at = self.agenda.now + after_s
        self._token += 1
        self.agenda.after(after_s, partial(self._tick, self._token))

    def _move(self) -> None:
        """The world up to now, with the pins as they were left."""
        while (left := self.agenda.now - self._moved_at) > 0:
            step = min(left, IDLE_S)
            self._moved_at = self.agenda.now if step == left else self._moved_at + step
            now_ms = true_ms(self.agenda)
            self.world.step(step, now_ms)
            self.watch.see(step, now_ms)
            if self.watch.broken:
                self.tally.broken("valves", f"{self.device[:4]} {self.watch.broken[0]}")
        self.waters.see(true_ms(self.agenda), is_astray=self.is_astray)

    def _dial(
        self, _url: str, identity: Identity, will: bytes, signals: Signals, generation: int
    ) -> Link:
        self.link = self.ground.broker.dial(identity, will, signals, generation, self.wake)
        return self.link

    def _die(self) -> None:
        runtime, self.runtime = self.runtime, None
        if runtime is not None:
            runtime.store.close()
        self.ground.broker.die_with(self.link)
        self.link = None

    def _close_behind(self) -> None:
        self._move()
        if self.runtime is None:
            self.world.replug()

    def _boot_after(self, seconds: float) -> None:
        due = self.agenda.now + seconds
        self.agenda.at(-(-due // GRID_S) * GRID_S, self.boot)

    def _files(self) -> dict[Path, bytes]:
        """As they would be found after a crash; closing the store folds its log in."""
        found = (p for p in self.path.parent.iterdir() if p.name in {"edge.db", "edge.db-wal"})
        return {path: path.read_bytes() for path in found}

    def _settle(self) -> None:
        topic = down(self.device, Down.DESIRED)
        key = bytes.fromhex(self.site.identity.command_key)
        store = Store(self.path)
        with store.transaction() as change:
            wish = first_settings(self.site)
            settings.keep(change, codec.sign(wish, topic, key))
        store.close()
