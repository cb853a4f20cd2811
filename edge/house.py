"""The whole greenhouse as the control loop knows it: zones, and what holds for all of them."""

from dataclasses import dataclass

from edge.clock import Wall
from edge.control import Inputs
from edge.senses import Senses
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
    hold: bool
    stop_n: int
    """The counter of the last STOP obeyed."""
    settings_version: int
    paused_until: float = float("-inf")

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
            disputed=vote.disputed,
            tank_ok=self.senses.tank_ok(),
            others_open=bool(open_zones - {zone.key}),
            paused=moment.mono < self.paused_until,
            hold=self.hold,
            clear_fault=zone.clear_fault,
            request=zone.request,
        )
