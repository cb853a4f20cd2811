"""Bringing a database to today's schema, and telling whether it is there."""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from cloud.db import make_engine, writing
from cloud.errors import ConfigurationError
from cloud.settings import Settings


def open_database(settings: Settings) -> Engine:
    """The database at today's schema; only a demonstration migrates by itself."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    if settings.demo:
        migrate(engine)
    refuse_old(engine)
    return engine


LOCK_MS: Final = 5_000
"""How long a migration waits for a table: meanwhile every page that wants it waits behind it."""
STATEMENT_MS: Final = 600_000
"""No step is meant to take this long; one that does is stuck, or belongs into batches."""


def migrate(engine: Engine, *, lock_ms: int = LOCK_MS) -> None:
    """Run all migrations that are missing, in one transaction.

    Raises:
        ConfigurationError: somebody holds what it needs; nothing was changed.
    """
    config = _config()
    config.attributes |= {"lock_ms": lock_ms, "statement_ms": STATEMENT_MS}
    try:
        with writing(engine).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise ConfigurationError(
            f"the database was not brought up to date, and nothing was changed: {error.orig}. "
            "If it is busy, try again in a quiet moment, or stop the service for it"
        ) from error


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
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str | None:
    """The revision of this version."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def knows(revision: str) -> bool:
    """Whether this version can bring a database up from that schema."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {script.revision for script in scripts.walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
