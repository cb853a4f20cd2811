"""Every planted mistake: the plan that has it, its hours, and the promise it breaks."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.sim import planted_cloud as cloud
from tests.sim import planted_edge as edge
from tests.sim.gardeners import Habits
from tests.sim.house import Fittings
from tests.sim.play import Outcome, play
from tests.sim.storm import Rates
from tests.sim.tap import Tap
from tests.sim.town import Plan

ROUGH: Final = Rates(killed=40.0, worker_killed=300.0, database_away=20.0, cut_off=12.0)
"""More of what a mistake shows under; a run without the mistake holds under it too."""
BUSY: Final = Habits(waters_a_day=200.0, stops_a_day=20.0)
OFTEN: Final = Habits(waters_a_day=100.0, stops_a_day=0.0)
BRISK: Final = Habits(trade=30.0)
GREEDY: Final = Habits(waters_a_day=400.0, stops_a_day=0.0)
RESTING: Final = Habits(waters_a_day=0.0, stops_a_day=0.0, pauses_a_day=24.0)
"""Nobody waters by hand, and nearly always a pause is on."""
REPEATED: Final = Rates(doubled=0.5, delayed=0.5, delay_s=60.0, killed=0.0, power_cut=0.0)
"""Words come twice, and within the half minute in which a wish is fresh."""
DEADLY: Final = Rates(killed=300.0)
FORGETFUL: Final = Rates(lost=0.3, killed=0.0, power_cut=0.0, cut_off=0.0, broker_killed=0.0)
"""The broker loses much, and no connection with it."""
LATE: Final = Rates(delayed=0.4, replayed=0.2)
STEADY: Final = Rates(power_cut=0.0, clock_set=0.0)
"""A calendar that nothing touches."""
PLAIN: Final = Plan(seed=0, houses=1, rates=ROUGH, calm_every_s=2 * 3600.0)
THIRSTY: Final = replace(PLAIN, habits=BUSY)


@dataclass(frozen=True)
class Planted:
    """`promises` are the words by which it may be found first."""

    name: str
    plan: Plan
    promises: tuple[str, ...]
    hours: float = 12.0
    seeds: tuple[int, ...] = (1, 2, 3)
    """Tried in turn: where a change of the programs moves the drawn faults, one may miss."""


def tapped(tap: type[Tap]) -> Fittings:
    return Fittings(dial=lambda house, dial: tap(house, dial).dial)


def _edge(name: str, tap: type[Tap], *promises: str) -> Planted:
    return Planted(name, replace(PLAIN, fittings=tapped(tap)), promises)


MISTAKES: Final = (
    _edge("ack on PUBACK", edge.AckOnPuback, "produced = cloud + outbox"),
    _edge(
        "the Pi's clock decides on expiry",
        edge.NoQuestion,
        "command never unconfirmed",
        "command never after expiry",
    ),
    Planted(
        "a row is sent once",
        replace(PLAIN, rates=REPEATED, fittings=tapped(edge.NeverAgain)),
        ("drains within 10 min",),
    ),
    Planted(
        "no memory of commands",
        replace(THIRSTY, rates=REPEATED, fittings=tapped(edge.NoMemory), post=cloud.YesInTime),
        ("command at most once",),
    ),
    Planted(
        "no closing at a start",
        replace(PLAIN, habits=OFTEN, rates=DEADLY, fittings=Fittings(world=edge.NotShutAtStart)),
        ("valves",),
        seeds=(4, 3, 1),
    ),
    Planted(
        "no longest opening",
        replace(THIRSTY, fittings=Fittings(hardware=edge.unbounded)),
        ("valves",),
    ),
    Planted(
        "a pause does not outlive the agent",
        replace(
            PLAIN,
            habits=RESTING,
            rates=DEADLY,
            fittings=Fittings(before_boot=edge.forgets_its_pause),
        ),
        ("a pause holds",),
    ),
    Planted(
        "no cap of a day",
        replace(PLAIN, habits=GREEDY, rates=STEADY, fittings=Fittings(hardware=edge.uncapped)),
        ("daily water",),
    ),
    Planted("no unique key of rows", replace(PLAIN, schema=cloud.NO_ROW_KEY), ("no row twice",)),
    Planted(
        "ack before the commit",
        replace(PLAIN, post=cloud.AckBeforeCommit),
        ("produced = cloud + outbox",),
    ),
    Planted(
        "no look at a command's expiry",
        replace(PLAIN, habits=GREEDY, rates=LATE, post=cloud.AlwaysYes),
        ("command never after expiry", "command at most once"),
    ),
    Planted(
        "a STOP is told once",
        replace(PLAIN, habits=Habits(20.0, 20.0), rates=FORGETFUL, post=cloud.ToldOnce),
        ("every command ends: ",),
        seeds=(3, 2, 1),
    ),
    Planted(
        "stock is looked at first and taken later",
        replace(PLAIN, habits=BRISK, traders=cloud.LookFirst, schema=cloud.NO_STOCK_CHECK),
        ("stock >= 0",),
    ),
    Planted(
        "a new key for each try of an order",
        replace(PLAIN, habits=BRISK, traders=cloud.NewKeyEachTime),
        ("one request, one order",),
    ),
    Planted(
        "money counted as often as told",
        replace(PLAIN, habits=BRISK, traders=cloud.CountedAgain, schema=cloud.NO_MONEY_KEY),
        ("paid once",),
    ),
    Planted(
        "stamps numbered by lot",
        replace(PLAIN, habits=BRISK, serials=cloud.by_lot),
        ("stamp issued once",),
    ),
    Planted(
        "the record of deeds is corrected",
        replace(PLAIN, habits=BRISK, traders=cloud.Corrected, schema=cloud.NO_RECORD_GUARD),
        ("the audit chain verifies",),
    ),
)


def as_built() -> list[Planted]:
    """The plans of all mistakes without them, each once."""
    plans: dict[str, Planted] = {}
    for mistake in MISTAKES:
        clean = Plan(
            seed=0,
            houses=mistake.plan.houses,
            rates=mistake.plan.rates,
            habits=mistake.plan.habits,
            calm_every_s=mistake.plan.calm_every_s,
        )
        plans.setdefault(str(clean), Planted(mistake.name, clean, ()))
    return list(plans.values())


def hunt(mistake: Planted, template: Path) -> Outcome | None:
    """The first seed that finds it."""
    outcomes = (
        play(replace(mistake.plan, seed=s), mistake.hours, template) for s in mistake.seeds
    )
    return next((o for o in outcomes if (o.broken or "").startswith(mistake.promises)), None)
