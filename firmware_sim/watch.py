"""What must never happen, seen from the relays and the pipes: the agent's own books are not asked.

It also keeps each zone's account: litres, openings, hours too dry and too wet.
"""

from dataclasses import dataclass, field
from typing import Final

from edge.config import Hardware, Zone
from edge.node_order import CONFIRM_S
from firmware_sim.bed import Bed
from firmware_sim.clock import local_day
from firmware_sim.plant import MELON_P
from firmware_sim.world import World

LATE_S: Final = 3.0
"""A killed agent's valves are shut by the service's next step within this."""

ALONE_S: Final = CONFIRM_S + LATE_S
"""So long may a pump press on a valve that a node was told to open, and did not."""

SLACK_L: Final = 0.5
"""The meter is looked at once a second, so each lease may overrun by a second's flow."""

TOO_WET: Final = 1.02
"""Times the full point."""


@dataclass(slots=True)
class Account:
    """One zone so far; hours as its plants had them."""

    litres: float = 0.0
    openings: int = 0
    longest_s: float = 0.0
    dry_h: float = 0.0
    wet_h: float = 0.0
    over_cap: int = 0
    """Local days on which more than the cap was let through."""
    open_s: float = 0.0
    """How long the present opening has lasted."""
    day_l: float = 0.0
    days: set[int] = field(default_factory=set)


class Watch:
    """Sees every second of a run; `broken` tells each promise that was not kept, once."""

    def __init__(self, hardware: Hardware, world: World, *, calendar_true: bool) -> None:
        self.accounts = {zone.key: Account() for zone in hardware.zones}
        self.broken: list[str] = []
        self.most_open = 0
        self._hardware, self._world = hardware, world
        self._calendar_true = calendar_true
        self._day: int | None = None
        self._alone_s = 0.0
        self._alone_most_s = ALONE_S if hardware.node_valves else 0.0

    def see(self, dt: float, true_ms: int) -> None:
        """The second that has just passed."""
        open_zones = self._world.open_zones
        self._roll_day(local_day(true_ms))
        self.most_open = max(self.most_open, len(open_zones))
        if len(open_zones) > self._hardware.max_open:
            self._tell(f"{len(open_zones)} zones open, at most {self._hardware.max_open} allowed")
        alone = self._hardware.pump is not None and self._world.pump_on and not open_zones
        self._alone_s = self._alone_s + dt if alone else 0.0
        if self._alone_s > self._alone_most_s:
            self._tell("the pump runs against closed valves")
        for zone in self._hardware.zones:
            self._account(zone, dt, open_zones)

    def end(self) -> None:
        """The agent has left: everything must be off."""
        if self._world.open_zones:
            self._tell(f"still open at the end: {', '.join(sorted(self._world.open_zones))}")
        if self._hardware.pump is not None and self._world.pump_on:
            self._tell("the pump still runs at the end")
        self._roll_day(-1)
        for zone in self._hardware.zones:
            account = self.accounts[zone.key]
            days = len(account.days) + (not self._calendar_true)
            if account.litres > days * zone.day_budget_l + _slack(account):
                self._tell(f"{zone.key}: {account.litres:.1f} L in {days} days")

    def _account(self, zone: Zone, dt: float, open_zones: frozenset[str]) -> None:
        account = self.accounts[zone.key]
        _feel(account, self._world.beds[zone.key], dt)
        if zone.key not in open_zones:
            account.open_s = 0.0
            return
        account.openings += account.open_s <= 0.0
        account.open_s += dt
        account.longest_s = max(account.longest_s, account.open_s)
        litres = self._given(zone, dt, open_zones)
        account.litres += litres
        account.day_l += litres
        if account.open_s > zone.max_lease_s + LATE_S:
            self._tell(f"{zone.key}: open for more than {zone.max_lease_s:.0f} s")

    def _given(self, zone: Zone, dt: float, open_zones: frozenset[str]) -> float:
        """By the meter, shared among the open zones as their labels say; without one by time."""
        if not self._world.pump_on:
            return 0.0
        if self._hardware.flow is None:
            return zone.flow_lph / 3600.0 * dt
        whole = sum(z.flow_lph for z in self._hardware.zones if z.key in open_zones)
        return self._world.flow.metered_l * zone.flow_lph / whole

    def _roll_day(self, day: int) -> None:
        if day == self._day:
            return
        for zone in self._hardware.zones:
            account = self.accounts[zone.key]
            if self._calendar_true and account.day_l > zone.day_budget_l + _slack(account):
                account.over_cap += 1
                self._tell(
                    f"{zone.key}: {account.day_l:.1f} L in a day of {zone.day_budget_l:.1f}"
                )
            account.day_l = 0.0
            if day >= 0:
                account.days.add(day)
        self._day = day

    def _tell(self, sentence: str) -> None:
        if sentence not in self.broken:
            self.broken.append(sentence)


def _slack(account: Account) -> float:
    return SLACK_L + 0.05 * account.openings


def _feel(account: Account, bed: Bed, dt: float) -> None:
    medium = bed.places[0].bucket.medium
    if bed.fill > TOO_WET:
        account.wet_h += dt / 3600.0
    elif (1.0 - bed.fill) * medium.full > MELON_P * (medium.full - medium.wilting):
        account.dry_h += dt / 3600.0
