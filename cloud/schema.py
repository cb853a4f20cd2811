"""Bringing a database to today's schema."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from cloud.db import writing
from cloud.errors import ConfigurationError

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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
