"""Bringing a database to today's schema, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from cloud.db import writing
from cloud.errors import ConfigurationError


def migrate(engine: Engine) -> None:
    """Run all migrations that are missing."""
    config = _config()
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def refuse_old(engine: Engine) -> None:
    """Do not serve on a schema that is not today's."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    if found != wanted:
        raise ConfigurationError(
            f"the database is at schema {found or 'none'}, this version needs {wanted}; "
            "run: vuonso cloud migrate"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
