"""The practice greenhouse: dry on one side, watered by people alone, and once its valves stick.

What happens next is decided by what the agent itself has told, so that a learner goes at their
own pace; nobody outside steers it.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from edge import settings
from edge.store import Store
from firmware_sim.folder import Folder
from firmware_sim.run import LockStep
from firmware_sim.water import Line
from firmware_sim.world import Start
from wire import codec
from wire.codes import EventKind
from wire.identity import Identity
from wire.messages import DesiredDoc, ZoneSettings
from wire.settings import desired
from wire.topics import Down, down

BOARD: Final = Path(__file__).with_name("practice.toml")
FILLS: Final[Mapping[str, float]] = {"z1": 0.62, "z2": 0.88}
"""One zone that anybody sees is dry, and one that needs nothing."""

BEFORE_S: Final = 90.0
"""Lived before somebody looks, so that there is a reading of each zone at once."""

_PAGE: Final = 200


class Act(StrEnum):
    """How far the play has come."""

    WELL = "well"
    STUCK = "stuck"
    MENDED = "mended"


def after(act: Act, told: EventKind) -> Act:
    """The valves stick once somebody has stopped the water and let it run again.

    They are free again as soon as the agent has found out: the lesson is what to do then.
    """
    match act, told:
        case Act.WELL, EventKind.RESUMED:
            return Act.STUCK
        case Act.STUCK, EventKind.FAULT:
            return Act.MENDED
        case _:
            return act


class Lesson:
    """Looks at what the agent tells, and lets the valves stick and come free."""

    def __init__(self, lock_step: LockStep) -> None:
        self._lock_step = lock_step
        self._read = 0
        self._act = Act.WELL

    def watch(self) -> None:
        """Once a tick."""
        store, before = self._lock_step.runtime.store, self._act
        for row in store.rows(self._read + 1, store.last, _PAGE):
            self._read = row.seq
            if row.kind == "event":
                self._act = after(self._act, _kind(row.payload))
        if self._act is not before:
            lines = self._lock_step.world.water.lines
            lines.update({key: _line(line, self._act) for key, line in lines.items()})


def prepare(folder: Folder, identity: Identity, now_ms: int) -> Start:
    """Settings by which nothing waters by itself, and how wet a fresh greenhouse is.

    Where there is a store the agent was here before, and goes on by what is in it.
    """
    if not folder.store.exists():
        _settle(folder.store, identity)
        return Start(now_ms - round(BEFORE_S * 1000.0), FILLS)
    return folder.start(now_ms, 0.0)


def _settle(path: Path, identity: Identity) -> None:
    """As if the cloud had told them before: at no moment is the agent on its own."""
    doc = DesiredDoc(zones={key: ZoneSettings(strategy="monitor") for key in FILLS})
    topic, key = down(identity.device, Down.DESIRED), bytes.fromhex(identity.command_key)
    store = Store(path)
    try:
        with store.transaction() as change:
            settings.keep(change, codec.sign(desired(1, doc), topic, key))
    finally:
        store.close()


def _kind(payload: bytes) -> EventKind:
    return EventKind(json.loads(payload)["k"])


def _line(line: Line, act: Act) -> Line:
    return replace(line, stuck_closed=act is Act.STUCK)
