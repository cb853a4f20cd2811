"""The whole greenhouse as the control loop knows it: zones, and what holds for all of them."""

from dataclasses import dataclass, field

from edge.air_watch import CALM, AirWatch
from edge.clock import Wall
from edge.control import Inputs
from edge.interlock import Interlock
from edge.node_valve import NO_NODE_VALVES, NodeValves
from edge.senses import Senses
from edge.standstill import Halt, Pause
from edge.valves import ValveBank
from edge.zones import ZoneKeeper


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of one tick."""

    mono: float
    wall: Wall


@dataclass
class House:
    """Mutable; only the control loop touches it."""

    zones: dict[str, ZoneKeeper]
    valves: ValveBank
    senses: Senses
    interlock: Interlock
    """The emergency stop."""
    locked: bool
    """The emergency stop as last written down."""
    hold: bool
    stop_n: int
    """The counter of the last STOP obeyed."""
    pause: Pause
    halt: Halt | None
    air: AirWatch = field(default_factory=lambda: CALM)
    """Alarms of the house's air."""
    nodes: NodeValves = NO_NODE_VALVES
    """Valves that are not on our own pins."""
    can_be_called: bool = False
    """Whether the box has a lamp or a buzzer."""
    called_until: float = float("-inf")
    """Monotonic seconds up to which the box makes itself known to somebody who looks for it."""
    halt_noted: bool = False
    """Whether the card knows of a halt."""

    def inputs(self, zone: ZoneKeeper, moment: Moment) -> Inputs:
        """What the decision is told of one zone now."""
        vote = self.senses.vote(zone.key, moment.mono, zone.params.stale_s)
        open_zones = self.valves.open_zones()
        _, litres = self.valves.totals(zone.key)
        return Inputs(
            minute=moment.wall.minute,
            day=moment.wall.day,
            open=zone.key in open_zones,
            litres=litres,
            flow_lpm=self.senses.flow_lpm(),
            vwc=vote.vwc,
            vwc_age_s=vote.age_s,
            probes=vote.probes,
            values=self.senses.values(zone.key, moment.mono, zone.params.stale_s),
            air=self.senses.air(moment.mono),
            wall_s=None if moment.wall.day is None else moment.wall.unix_ms / 1000.0,
            tank_ok=self.senses.tank_ok(),
            valve_fault=self.nodes.trouble(zone.key),
            others_open=bool((open_zones | self.nodes.may_be_open()) - {zone.key}),
            paused=self.pause.is_on(moment.mono),
            hold=self.hold,
            lockout=self.interlock.is_tripped(),
            cancel=zone.cancel,
            clear_fault=zone.clear_fault,
            cleared_here=zone.cleared_here,
            request=zone.request,
        )
