"""Which schema a database has, and whether it is today's.

Reads the migrations' files as text: every process asks at its start, and whoever has nothing to
migrate must not pay for what migrates.
"""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect, text

from cloud import keyring
from cloud.db import make_engine
from cloud.errors import ConfigurationError
from cloud.settings import Settings

VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"
_MIGRATES: Final = "cloud.schema"
_REVISION: Final = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_BEFORE: Final = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


def open_database(settings: Settings) -> Engine:
    """The database at today's schema; only a demonstration migrates by itself."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    keyring.bind_to(engine, settings)
    if settings.demo and not at_head(engine):
        import_module(_MIGRATES).migrate(engine)
    refuse_old(engine)
    return engine


def refuse_old(engine: Engine) -> None:
    """Do not serve on a schema that is not today's."""
    found, wanted = current(engine), head()
    if found != wanted:
        raise ConfigurationError(
            f"the database is at schema {found or 'none'}, this version needs {wanted}; "
            "run: vuonso cloud migrate"
        )


def at_head(engine: Engine) -> bool:
    """Whether the database has this version's schema."""
    return current(engine) == head()


def current(engine: Engine) -> str | None:
    """The revision of the database; None where nothing was ever migrated."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar_one_or_none()
        return found


def head() -> str:
    """The revision of this version."""
    (newest,) = _chain().keys() - set(_chain().values())
    return newest


def knows(revision: str) -> bool:
    """Whether this version can bring a database up from that schema."""
    return revision in _chain()


@cache
def _chain() -> dict[str, str | None]:
    """Each revision with the one before it."""
    found = {}
    for path in VERSIONS.glob("*.py"):
        script = path.read_text("utf-8")
        revision, before = _REVISION.search(script), _BEFORE.search(script)
        if revision is not None:
            found[revision[1]] = before and before[1]
    return found
