"""People with a telephone: they water, stop, pause, settle and go on, as often as a seed says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlmodel import Session

from cloud import scope
from cloud.cooperatives.models import Zone
from cloud.devices import service as devices
from cloud.devices.models import Command
from cloud.devices.rules import Amount
from cloud.growing import service as growing
from cloud.growing.rules import Strategy
from cloud.growing.service import Chosen
from tests.sim.clocks import START
from tests.sim.desk import Desk, Wish
from tests.sim.founding import Cooperative, Plot
from wire.codes import Crop

SHORT_S: Final = 15
"""Some only want to see whether it works."""
LONG_MIN: Final = 240
"""Of a pause: long enough for a restart or a power cut in it."""
HELD_S: Final = 3600.0
"""A STOP is taken back within so long; nothing is watered until then."""


@dataclass(frozen=True)
class Habits:
    """How often somebody asks, in each house."""

    waters_a_day: float = 24.0
    stops_a_day: float = 2.0
    pauses_a_day: float = 2.0
    clears_a_day: float = 2.0
    settings_a_day: float = 4.0
    trade: float = 1.0
    """Times the usual harvests, orders and stamps."""


class Gardeners:
    """Each plot has its own."""

    def __init__(self, desk: Desk, cooperative: Cooperative, habits: Habits) -> None:
        self._desk, self._who = desk, cooperative.manager
        for plot in cooperative.plots:
            self._often(habits.waters_a_day, partial(self._water, plot))
            self._often(habits.stops_a_day, partial(self._stop, plot))
            self._often(habits.pauses_a_day, partial(self._pause, plot))
            self._often(habits.clears_a_day, partial(self._clear, plot))
            self._often(habits.settings_a_day, partial(self._settle, plot))

    def _often(self, a_day: float, act: partial[None]) -> None:
        if a_day <= 0:
            return

        def due() -> None:
            act()
            self._desk.agenda.after(self._pause_s(a_day), due)

        self._desk.agenda.after(self._pause_s(a_day), due)

    def _pause_s(self, a_day: float) -> float:
        return self._desk.chance.expovariate(a_day / 86_400.0)

    def _water(self, plot: Plot) -> None:
        chance = self._desk.chance
        zone, key = chance.choice(plot.zones), self._desk.key()
        if chance.random() < 0.5:
            amount = Amount(litres=round(chance.uniform(1.0, 30.0), 1))
        else:
            most = SHORT_S if chance.random() < 0.3 else 3600
            amount = Amount(seconds=float(chance.randint(5, most)))
        self._desk.ask(
            Wish(
                "water",
                lambda session, now: devices.request_water(
                    session, self._who, zone, amount, now, key
                ),
                self._wanted,
            )
        )

    def _pause(self, plot: Plot) -> None:
        key, lasts = self._desk.key(), timedelta(minutes=self._desk.chance.randint(5, LONG_MIN))
        self._desk.ask(
            Wish(
                "pause",
                lambda session, now: devices.request_pause(
                    session, self._who, plot.greenhouse, lasts, now, key
                ),
                self._wanted,
            )
        )

    def _clear(self, plot: Plot) -> None:
        zone, key = self._desk.chance.choice(plot.zones), self._desk.key()
        self._desk.ask(
            Wish(
                "clear a fault",
                lambda session, now: devices.request_clear_fault(
                    session, self._who, zone, now, key
                ),
                self._wanted,
            )
        )

    def _settle(self, plot: Plot) -> None:
        """The form sent twice is one wish; a level that one probe cannot read is refused."""
        chance = self._desk.chance
        zone, refill, start = (
            chance.choice(plot.zones),
            chance.randint(70, 88),
            chance.randint(240, 480),
        )
        chosen = Chosen(
            crop=chance.choice((None, *Crop)),
            planted_on=START.date(),
            plants=chance.randint(10, 60),
            strategy=chance.choice(tuple(Strategy)),
            refill=refill / 100,
            target=0.93,
            window_from=start,
            window_to=start + 600,
        )
        self._desk.ask(
            Wish(
                "settings",
                lambda session, now: self._change(session, zone, chosen, now),
                lambda _zone: self._desk.centre.is_wanted(),
            )
        )

    def _change(self, session: Session, zone: str, chosen: Chosen, now: datetime) -> None:
        found = scope.find(session, Zone, zone, self._who)
        based_on = growing.overview(session, found).number
        growing.change(session, self._who, zone, chosen, based_on, now)

    def _stop(self, plot: Plot) -> None:
        key = self._desk.key()
        self._desk.ask(
            Wish(
                "stop",
                lambda session, now: devices.request_stop(
                    session, self._who, plot.greenhouse, now, key
                ),
                self._wanted,
                tries=20,
            )
        )
        held_s = self._desk.chance.uniform(60.0, HELD_S)
        self._desk.agenda.after(held_s, partial(self._resume, plot))

    def _resume(self, plot: Plot) -> None:
        """Asked again until the house is known to go on: a wish lives for half a minute."""
        key = self._desk.key()
        self._desk.ask(
            Wish(
                "resume",
                lambda session, now: devices.request_resume(
                    session, self._who, plot.greenhouse, now, key
                ),
                partial(self._resumed, plot),
            )
        )

    def _resumed(self, plot: Plot, command: Command) -> None:
        self._wanted(command)
        self._desk.agenda.after(120.0, partial(self._resume_unless_done, plot, command.public_id))

    def _resume_unless_done(self, plot: Plot, command: str) -> None:
        found = self._desk.centre.reader.execute(
            "SELECT state FROM command WHERE public_id = ?", (command,)
        ).fetchone()
        if found is None or found[0] != "done":
            self._desk.agenda.after(600.0, partial(self._resume, plot))

    def _wanted(self, _command: Command) -> None:
        self._desk.centre.is_wanted()
