"""Houses, broker and cloud of one seed, and the calendar of what befalls them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from cloud.telemetry.ingest import Post
from firmware_sim.chance import stream
from tests.sim import founding
from tests.sim.agenda import Agenda
from tests.sim.books_of_trade import Printing, Serials, TradeBooks, as_printed
from tests.sim.broker import Broker
from tests.sim.centre import STATEMENTS, Centre, Premises
from tests.sim.clocks import CloudClock
from tests.sim.desk import Desk
from tests.sim.gardeners import Gardeners, Habits
from tests.sim.house import AS_BUILT, Fittings, Ground, House
from tests.sim.promises import Promises
from tests.sim.storm import Rates, Storm
from tests.sim.tally import Tally
from tests.sim.traders import Traders

DAY_S: Final = 86_400.0
FEW: Final = 8
LOOK_S: Final = 900.0
"""How often the cloud's tables are held against the cards; valves are watched at every step."""
CALM_EVERY_S: Final = DAY_S / 4
CALM_S: Final = 600.0
"""No faults for so long, and all that was produced has arrived."""
STEP_MS: Final = (-30 * 86_400_000, -3_600_000, -90_000, 5_000, 3_600_000, 3 * 365 * 86_400_000)
"""What walls have been seen to jump by."""
SYNC_S: Final = 3 * 3600.0
"""A Pi learns the time again within so long."""


@dataclass(frozen=True)
class Plan:
    """What a run is like; a planted mistake changes one of its parts."""

    seed: int
    houses: int = 3
    rates: Rates = field(default_factory=Rates)
    habits: Habits = field(default_factory=Habits)
    calm_every_s: float = CALM_EVERY_S
    fittings: Fittings = AS_BUILT
    post: Callable[[Post, Centre], Post] = lambda post, _centre: post
    traders: type[Traders] = Traders
    serials: Serials = as_printed
    schema: tuple[str, ...] = ()
    """Statements that spoil the cloud's tables before the start."""


def busy(seed: int, houses: int) -> Plan:
    """A town of one cooperative: the more houses, the more befalls their one cloud and its desk.

    For each device-day as much as in a town of `FEW` houses.
    """
    share = max(1.0, houses / FEW)
    usual = Rates()
    rates = replace(
        usual,
        broker_killed=usual.broker_killed * share,
        worker_killed=usual.worker_killed * share,
        database_away=usual.database_away * share,
    )
    return Plan(seed, houses=houses, rates=rates, habits=Habits(trade=share))


class Town:
    """Runs until a moment, and stops at the first promise that is broken."""

    def __init__(self, plan: Plan, folder: Path, template: Path) -> None:
        self.plan, self.agenda = plan, Agenda()
        self.tally = Tally(self.agenda)
        self.storm = Storm(plan.rates, stream(plan.seed, "storm"), self.tally)
        self.broker = Broker(self.agenda, self.storm, self.tally)
        database = folder / "cloud.db"
        shutil.copy(template, database)
        built = founding.sites(plan.houses, plan.seed)
        self.cooperative = founding.found(database, folder, built)
        self.centre = self._centre(database)
        ground = Ground(self.agenda, self.storm, self.tally, self.broker, folder)
        self.houses = [House(site, ground, plan.fittings) for site in built]
        self.promises = Promises(self.centre, self.tally)
        desk = Desk(self.centre, self.storm, stream(plan.seed, "people"), self.tally)
        Gardeners(desk, self.cooperative, plan.habits)
        self.traders = plan.traders(desk, self.cooperative, plan.habits.trade)
        self.trade = TradeBooks(
            self.centre,
            self.traders.known,
            Printing(self.cooperative.press, plan.serials),
            self.tally,
        )
        self._befall_all()
        self.agenda.after(LOOK_S, self._look)
        self.agenda.after(plan.calm_every_s, self._calm)

    def run(self, until_s: float) -> None:
        self.agenda.run(until_s)

    def end(self) -> None:
        """Calm, and a last look at everything."""
        self._calm()
        self.agenda.run(self.agenda.now + CALM_S + 1.0)
        self._look()

    def close(self) -> None:
        for house in self.houses:
            if house.runtime is not None:
                house.runtime.store.close()
        self.centre.close()

    def _centre(self, database: Path) -> Centre:
        clock = CloudClock(self.agenda, self.storm.chance.uniform(-1.0, 1.0))
        premises = Premises(database, self.cooperative.vault, clock, self.plan.post)
        centre = Centre(premises, self.broker, self.agenda, self.tally)
        for statement in self.plan.schema:
            centre.reader.execute(statement)
        return centre

    def _befall_all(self) -> None:
        rates = self.storm.rates
        for house in self.houses:
            self._often(rates.cut_off, partial(self._cut_off, house))
            self._often(rates.killed, partial(self._kill, house))
            self._often(rates.power_cut, partial(self._cut_power, house))
            self._often(rates.clock_set, partial(self._set_clock, house))
        self._often(rates.broker_killed, self._kill_broker)
        self._often(rates.worker_killed, self._kill_worker)
        self._often(rates.database_away, self._lose_database)

    def _often(self, a_day: float, act: Callable[[], None]) -> None:
        """So many times a day on average, except while it is calm."""
        if a_day <= 0:
            return

        def due() -> None:
            if not self.storm.calm:
                act()
            self.agenda.after(self.storm.pause_s(a_day), due)

        self.agenda.after(self.storm.pause_s(a_day), due)

    def _cut_off(self, house: House) -> None:
        silently = self.storm.chance.random() < 0.5
        self.tally.fault("line silent" if silently else "line broken", house.device[:4])
        self.broker.cut_off.add(house.device)
        self.broker.drop_line(house.device, silently=silently)
        lasts = self.storm.lasts_s(self.storm.rates.cut_s)
        self.agenda.after(lasts, partial(self.broker.cut_off.discard, house.device))

    def _kill(self, house: House) -> None:
        way = self.storm.chance.randrange(4)
        if way == 0:
            self.tally.fault("agent killed", house.device[:4])
            house.kill()
        elif way == 1:
            self.tally.fault("agent restarted", house.device[:4])
            house.restart()
        else:
            house.doom()

    def _cut_power(self, house: House) -> None:
        self.tally.fault("power cut", house.device[:4])
        house.cut_power(self.storm.lasts_s(self.storm.rates.dark_s))
        self.agenda.after(self.storm.chance.uniform(60.0, SYNC_S), partial(house.set_clock, 0))

    def _set_clock(self, house: House) -> None:
        self.tally.fault("clock set wrong", house.device[:4])
        house.set_clock(self.storm.chance.choice(STEP_MS))
        self.agenda.after(self.storm.lasts_s(3600.0), partial(house.set_clock, 0))

    def _kill_broker(self) -> None:
        self.tally.fault("broker killed")
        self.broker.kill(self.storm.lasts_s(self.storm.rates.broker_s))

    def _kill_worker(self) -> None:
        if self.storm.chance.random() < 0.3:
            self.tally.fault("worker killed")
            self.centre.kill()
        else:
            self.centre.doom(self.storm.chance.randint(1, STATEMENTS))

    def _lose_database(self) -> None:
        self.tally.fault("database away")
        self.centre.is_away = True
        self.agenda.after(self.storm.lasts_s(self.storm.rates.away_s), self._find_database)

    def _find_database(self) -> None:
        self.centre.is_away = False

    def _look(self) -> None:
        for house in self.houses:
            self.promises.rows(house)
            self.promises.water(house)
            self.promises.outbox(house)
            self.promises.commands(house)
            self.promises.rests(house)
        self.trade.look()
        self.agenda.after(LOOK_S, self._look)

    def _calm(self) -> None:
        self.storm.calm = True
        self.centre.is_away = False
        self.centre.doom(0)
        self.broker.cut_off.clear()
        for house in self.houses:
            house.spare()
            house.boot(early=True)
        self.tally.note("calm")
        self.agenda.after(CALM_S, self._calm_over)

    def _calm_over(self) -> None:
        for house in self.houses:
            self.promises.rows(house)
            self.promises.drained(house, self.agenda.now)
            self.promises.heard(house, self.agenda.now - CALM_S)
            self.promises.settled(house, self.agenda.now - CALM_S)
        self.trade.prove()
        self.storm.calm = False
        self.agenda.after(self.plan.calm_every_s, self._calm)
