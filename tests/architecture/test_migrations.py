"""The migrations are one chain, numbered as they follow each other."""

import importlib
import pkgutil
import re
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import bench
import cloud
from cloud import revisions
from cloud.tables import METADATA

MIGRATIONS = Path(cloud.__file__).parent / "migrations"


def test_each_migration_follows_the_number_before_it() -> None:
    """Two branches that both took the next number would leave a database between two ways."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    chain = [step.revision for step in script.walk_revisions()][::-1]
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    numbers = [re.match(r"\d+", name) for name in names]
    assert chain == [f"{n:04}" for n in range(1, len(chain) + 1)]
    assert [number[0] for number in numbers if number] == chain, names
    assert revisions.head() == script.get_current_head()
    assert all(map(revisions.knows, chain))
    assert not revisions.knows("9999")


def test_the_schema_is_the_clouds_alone() -> None:
    """A table that a measurement brings along would be emptied, backed up and missed with it."""
    for found in pkgutil.iter_modules(bench.__path__, "bench."):
        importlib.import_module(found.name)
    strays = {
        mapper.class_
        for mapper in SQLModel._sa_registry.mappers
        if mapper.local_table in METADATA.sorted_tables
        and not mapper.class_.__module__.startswith("cloud.")
    }
    assert strays == set()
