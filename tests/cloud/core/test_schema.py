"""The migrations and the tables tell the same story, on both databases."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, make_url, text

from cloud.db import make_engine, writing
from cloud.errors import ConfigurationError
from cloud.revisions import current, refuse_old
from cloud.schema import _config, migrate
from cloud.tables import METADATA, MODELS
from tests.cloud.postgres import administer


def test_the_migrated_schema_is_that_of_the_tables(engine: Engine) -> None:
    assert MODELS
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_model}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []


def _is_model(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words is a table of another kind on each database."""
    return kind != "table" or not (name or "").startswith("showing_words")


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


def test_what_was_to_be_told_outlives_a_table_that_is_written_anew() -> None:
    """SQLite drops and renames the table of contacts, and notices name its rows."""
    engine = make_engine("sqlite://")
    _upgrade(engine, "0024")
    before = MetaData()
    before.reflect(engine)
    named = ("cooperative", "farm", "greenhouse", "account", "alert", "alert_contact")
    with writing(engine).begin() as connection:
        for name in (*named, "alert_notice"):
            connection.execute(before.tables[name].insert().values(_filled(before.tables[name])))
        kept = connection.execute(before.tables["alert_notice"].select()).all()
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(before.tables["alert_notice"].select()).all() == kept
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert len(connection.execute(before.tables["alert_contact"].select()).all()) == 1
    engine.dispose()


def _filled(table: Table) -> dict[str, object]:
    """A row with a 1, or what comes next to it, wherever something must stand."""
    moment = datetime(2026, 3, 2, 1, tzinfo=UTC)
    values: dict[type, object] = {int: 1, str: "1", bool: True, datetime: moment}
    return {
        column.name: values.get(column.type.python_type, {})
        for column in table.columns
        if not column.nullable
    }


def _upgrade(engine: Engine, revision: str) -> None:
    config = _config()
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
