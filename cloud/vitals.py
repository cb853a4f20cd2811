"""What every process of the cloud asks about itself: database, schema, disk, backup, night."""

import shutil
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from cloud import health
from cloud.health import Finding, Vitals
from cloud.revisions import at_head
from cloud.settings import Settings

FREE_BYTES: Final = 256 << 20
"""Less room than this and a database stops taking rows within the day."""


def watch(vitals: Vitals, settings: Settings, engine: Engine) -> None:
    """Ask of the database, its schema and the disk."""
    vitals.add("database", partial(health.database, engine))
    vitals.add("schema", partial(_schema, engine))
    vitals.add("disk", partial(_disk, settings.data_dir))


def _schema(engine: Engine) -> str:
    return "" if at_head(engine) else "not at this version's schema; run: vuonso cloud migrate"


def _disk(folder: Path) -> Finding:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    return Finding(free >= FREE_BYTES, f"{free >> 20} MB free")
