"""Houses and mishaps drawn from a seed: small budgets, odd hours, two things wrong at once.

In every other fragment somebody pushes the water buttons again and again: only hands come to the
end of a day's budget within minutes.
"""

from random import Random
from typing import Final

from edge.control import Strategy
from firmware_sim.chance import stream
from firmware_sim.climate import Season
from firmware_sim.scenario import (
    BY_RADIO,
    CHANNELS,
    LASTING_NOT,
    PROBE_KINDS,
    ZONE_KINDS,
    Climate,
    Fault,
    House,
    Kind,
    Scenario,
    Title,
    Zone,
)

HOURS: Final = (0.2, 0.6)
"""Long enough for a dose, its pauses and a restart; short enough for ten thousand of them."""
PAIR: Final = 2
NEAR_MIDNIGHT: Final = 23.2
OFTEN: Final = 0.8
SELDOM: Final = 0.3
LASTING: Final = 0.4
"""Share of the mishaps that are there to stay."""

HANDS: Final = 0.5
PUSHES: Final = 12
"""Each begins five minutes of water, or ends them."""
THRIFT: Final = (0.05, 0.3)
"""Share of a usual day's budget that a zone has where hands are busy."""

CLOCK_STEPS_H: Final = (-1.0, 1.0, -105.0 * 24.0, 60.0 * 24.0, -0.01, 13.0)


def draw(seed: int) -> Scenario:
    """The fragment of a season that belongs to this seed."""
    chance, hands = stream(seed, "fuzz"), stream(seed, "hands")
    pump = chance.random() < OFTEN
    keys = [f"z{number}" for number in range(1, chance.randint(1, 3) + 1)]
    zones = tuple(_zone(chance, key, may_be_node=pump) for key in keys)
    house = House(
        pump=pump,
        meter=chance.random() < OFTEN,
        float_switch=chance.random() < OFTEN,
        max_open=chance.randint(1, len(zones)),
        planted_days=round(chance.uniform(5.0, 75.0), 1),
    )
    hours = round(chance.uniform(*HOURS), 2)
    if hands.random() < HANDS:
        zones = tuple(_pushed(hands, zone, hours) for zone in zones)
    return Scenario(
        title=Title(vi=f"Ngẫu nhiên {seed}", en=f"Drawn from seed {seed}"),
        hours=hours,
        starts_at=round(
            chance.uniform(4.0, 17.0) if chance.random() < OFTEN else NEAR_MIDNIGHT, 2
        ),
        seed=seed,
        random_faults=PAIR,
        house=house,
        climate=Climate(
            region=chance.choice(("highlands", "red-river")), season=chance.choice(tuple(Season))
        ),
        zones=zones,
    )


def more_faults(scenario: Scenario) -> tuple[Fault, ...]:
    """The random mishaps that the scenario asks for; the same for the same seed."""
    chance = stream(scenario.seed, "faults")
    return tuple(_fault(chance, scenario) for _ in range(scenario.random_faults))


def _zone(chance: Random, key: str, *, may_be_node: bool) -> Zone:
    plants = chance.randint(5, 120)
    return Zone(
        key=key,
        plants=plants,
        flow_lph=round(plants * chance.uniform(1.0, 3.0), 1),
        medium=chance.choice(("coir", "soil")),
        strategy=chance.choice(tuple(Strategy)),
        probes=chance.randint(0, CHANNELS // 4),
        bus=chance.choice(("spi0", "i2c-1", "mqtt")),
        valve="node" if may_be_node and chance.random() < SELDOM else "wired",
        fill=round(chance.uniform(0.4, 1.0), 2),
        day_budget_l=round(plants * chance.uniform(0.2, 3.0), 1),
        max_lease_s=float(chance.choice((60, 180, 600))),
    )


def _pushed(hands: Random, zone: Zone, hours: float) -> Zone:
    minutes = sorted(
        round(hands.uniform(0.5, hours * 55.0), 1) for _ in range(hands.randint(1, PUSHES))
    )
    budget = round(zone.day_budget_l * hands.uniform(*THRIFT), 1)
    return zone.model_copy(update={"pressed_min": tuple(minutes), "day_budget_l": budget})


def _fault(chance: Random, scenario: Scenario) -> Fault:
    kind = chance.choice(tuple(Kind))
    zone = chance.choice(scenario.zones)
    if kind in PROBE_KINDS and not zone.probes:
        kind = Kind.POWER_CUT
    if kind in {Kind.BUS_HUNG, Kind.NODE_SILENT}:
        kind = Kind.NODE_SILENT if zone.bus == BY_RADIO else Kind.BUS_HUNG
    if kind is Kind.VALVE_NODE_LOST and zone.valve == "wired":
        kind = Kind.VALVE_STUCK_CLOSED
    at = round(chance.uniform(0.0, scenario.hours * 55.0), 2)
    lasts = None if kind in LASTING_NOT or chance.random() < LASTING else chance.uniform(0.5, 30.0)
    many = chance.random() < SELDOM
    return Fault(
        kind=kind,
        at_min=at,
        for_min=lasts,
        zone=zone.key if kind in PROBE_KINDS | ZONE_KINDS else None,
        probe=chance.randint(1, zone.probes) if kind in PROBE_KINDS and not many else None,
        value=chance.choice(CLOCK_STEPS_H) if kind is Kind.CLOCK_STEP else None,
    )
