"""A small copy of what must outlive a damaged database: holds, settings, budgets, doses, faults.

Two generations beside the store, each replaced in one move; it refuses to be half written.
"""

import os
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.change import HOUSE_META, OpenDose
from wire.codes import Fault

NEWEST: Final = ".keep"
BEFORE: Final = ".keep-1"


class KeptZone(BaseModel):
    """What one zone must know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: int | None
    litres: Annotated[float, Field(ge=0)]
    fault: Fault | None


class Keepsake(BaseModel):
    """All of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    meta: dict[str, str]
    zones: dict[str, KeptZone]
    settings: tuple[int, str] | None
    doses: tuple[OpenDose, ...] = ()
    """Whose water no budget knows yet."""


def save(keepsake: Keepsake, store: Path) -> None:
    """Replace the newest copy; the one before it stays as a second chance."""
    newest, before = _paths(store)
    fresh = newest.with_name(newest.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(keepsake.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    if newest.exists():
        newest.replace(before)
    fresh.replace(newest)
    folder = os.open(store.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def disown(store: Path) -> None:
    """Keep what the house must know, and nothing that counts for another device's cloud only."""
    kept = load(store)
    if kept is not None:
        meta = {key: kept.meta[key] for key in HOUSE_META & kept.meta.keys()}
        for _ in _paths(store):  # the one before it would bring the rest back
            save(kept.model_copy(update={"meta": meta, "settings": None}), store)


def load(store: Path) -> Keepsake | None:
    """The newest copy that is whole."""
    for path in _paths(store):
        try:
            return Keepsake.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValidationError):
            continue
    return None


def _paths(store: Path) -> tuple[Path, Path]:
    return store.with_name(store.name + NEWEST), store.with_name(store.name + BEFORE)
