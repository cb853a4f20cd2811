"""What a run leaves for people: a row per zone every five minutes, and what was told when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from edge.store import Store
from firmware_sim.scenario import Fault
from firmware_sim.watch import Watch
from firmware_sim.world import World
from wire.codes import EventKind

EVERY_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Note:
    """One zone at one moment."""

    at_s: float
    zone: str
    fill: float
    """Mean water content relative to the full point, as physics has it."""
    believed: float | None
    """The same as the agent's probes tell; None where it hears none."""
    litres: float
    """Since the note before."""
    fault: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """Something the agent told of a zone, or of the house."""

    at_s: float
    zone: str | None
    what: str


@dataclass(slots=True)
class _Zone:
    believed: float | None = None
    fault: str | None = None
    litres: float = 0.0
    ended: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Chronicle:
    """Reads the agent's card as the cloud would, and the world as nobody else can."""

    def __init__(self, world: World, watch: Watch) -> None:
        self.notes: list[Note] = []
        self.told: list[Told] = []
        self.mishaps: list[tuple[float, Fault]] = []
        self._zones = {zone: _Zone() for zone in watch.accounts}
        self._world, self._watch = world, watch
        self._epoch, self._read, self._now = "", 0, 0.0
        self._due = 0.0

    def is_due(self, now: float) -> bool:
        self._now = now
        return now >= self._due

    def ended(self, zone: str) -> list[str]:
        """How each dose ended, in order."""
        return self._zones[zone].ended

    def faults(self, zone: str) -> list[str]:
        """Faults in the order in which they were told."""
        return self._zones[zone].faults

    def mishap(self, now: float, fault: Fault) -> None:
        """Something goes wrong now."""
        self.mishaps.append((now, fault))

    def hear(self, store: Store) -> None:
        """Read what is new on the card."""
        if store.origin.epoch != self._epoch:
            self._epoch, self._read = store.origin.epoch, 0
        while page := store.rows(self._read + 1, store.last, 1000):
            self._read = page[-1].seq
            for row in page:
                body = json.loads(row.payload)
                if row.kind == "event":
                    self._event(body)
                elif body.get("z") in self._zones:
                    self._zones[body["z"]].believed = body["m"].get("fill")

    def note(self, now: float) -> None:
        """Write down where every zone stands."""
        self._due = now + EVERY_S
        for key, zone in self._zones.items():
            given = self._watch.accounts[key].litres
            fill = self._world.beds[key].fill
            since = given - zone.litres
            self.notes.append(Note(now, key, fill, zone.believed, since, zone.fault))
            zone.litres = given

    def _event(self, body: Mapping[str, object]) -> None:
        kind, key, data = body["k"], body.get("z"), body.get("d")
        facts = data if isinstance(data, dict) else {}
        zone = self._zones.get(str(key))
        if kind == EventKind.DOSE_ENDED and zone is not None:
            zone.ended.append(str(facts["ended"]))
        elif kind == EventKind.FAULT and zone is not None:
            zone.fault = str(facts["fault"])
            zone.faults.append(zone.fault)
            self.told.append(Told(self._now, str(key), zone.fault))
        elif kind == EventKind.FAULT_CLEARED and zone is not None:
            zone.fault = None
        elif kind in {EventKind.CLOCK_STEP, EventKind.STORE_QUARANTINED, EventKind.INTERRUPTED}:
            self.told.append(Told(self._now, None if key is None else str(key), str(kind)))
