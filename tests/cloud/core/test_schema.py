"""The migrations and the tables tell the same story, on both databases."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, make_url, text

from cloud.db import make_engine, writing
from cloud.errors import ConfigurationError
from cloud.schema import _config, current, migrate, refuse_old
from cloud.tables import METADATA, MODELS
from tests.cloud.postgres import administer


def test_the_migrated_schema_is_that_of_the_tables(engine: Engine) -> None:
    assert MODELS
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_today_is_served(engine: Engine) -> None:
    migrate(engine)
    refuse_old(engine)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_yesterday_is_named_with_what_to_do(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(ConfigurationError, match="vuonso cloud migrate"):
        refuse_old(engine)


def test_an_empty_database_is_no_schema() -> None:
    engine = make_engine("sqlite://")
    with pytest.raises(ConfigurationError, match="none"):
        refuse_old(engine)
    engine.dispose()


def test_sqlite_keeps_what_it_confirmed(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite")
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_migration_that_would_block_the_service_gives_up_in_words_and_changes_nothing(
    postgres_url: str,
) -> None:
    name = "vuonso_locked"
    administer(postgres_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(postgres_url, f"CREATE DATABASE {name}")
    engine = make_engine(
        make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    )
    _upgrade(engine, "0010")
    with engine.begin() as busy:
        busy.execute(text("LOCK TABLE order_buyer IN ACCESS SHARE MODE"))  # as a reading page does
        with pytest.raises(ConfigurationError) as caught:
            migrate(engine, lock_ms=100)
    assert "lock timeout" in caught.value.message
    assert "nothing was changed" in caught.value.message
    assert current(engine) == "0010"
    migrate(engine)
    refuse_old(engine)
    engine.dispose()
    administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def _upgrade(engine: Engine, revision: str) -> None:
    config = _config()
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
