"""Fakes of the edge's ports, and a board file."""

from edge.clock import SystemClock, Wall
from wire.codes import ClockQuality

NOON_MS = 1_767_762_000_000  # 2026-01-07 12:00 in Viet Nam

BOARD = """\
board = "raspberry-pi"

[pump]
pin = 5

[flow]
pin = 6
pulses_per_litre = 450.0

[[zones]]
key = "z1"
pin = 17
flow_lph = 240.0
plants = 60
max_lease_s = 600.0
max_lease_l = 40.0
day_budget_l = 180.0

[[zones]]
key = "z2"
name = "Luống <giếng> & ao"
pin = 27
flow_lph = 240.0
plants = 60
max_lease_l = 40.0
day_budget_l = 180.0

[[probes]]
key = "p1"
zone = "z1"
channel = 0
dry_raw = 700
wet_raw = 300

[[probes]]
key = "p2"
zone = "z1"
channel = 1
dry_raw = 700
wet_raw = 300
"""


class HandClock:
    """Time that moves only when the test moves it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.real = 0.0
        self.network: SystemClock | None = None
        """Real time for a real broker."""
        self.quality = ClockQuality.TRUSTED
        self.wall_offset_ms = NOON_MS

    def mono(self) -> float:
        return self.now

    def net(self) -> float:
        return self.real if self.network is None else self.network.net()

    def wall(self) -> Wall:
        return Wall(self.wall_offset_ms + int(self.now * 1000), self.quality)

    def advance(self, seconds: float) -> None:
        self.now += seconds
        self.real += seconds
