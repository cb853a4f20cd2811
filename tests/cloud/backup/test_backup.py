"""A backup is whole or is none, and what is put back is checked before anything is touched."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session, select

from cloud import cli, schema
from cloud.accounts.models import Account
from cloud.backup import making, manifest
from cloud.backup.errors import BackupError
from cloud.commands.answers import USAGE_ERROR
from cloud.db import make_engine, writing
from cloud.devices.models import Device
from cloud.devices.vault import open_vault
from cloud.errors import ConfigurationError
from cloud.media.store import Store
from cloud.revisions import at_head
from cloud.running import at_work
from cloud.settings import Settings
from tests.cloud.backup.installation import Installation

on_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def names(place: Installation) -> set[str]:
    return {account.name for account in place.found(Account)}


def test_a_backup_is_made_while_somebody_writes(place: Installation) -> None:
    place.fill()
    with Session(writing(place.engine)) as session, session.begin():
        session.connection().execute(text("UPDATE account SET name = 'half done'"))
        backup = place.back_up()
    told = manifest.read(backup)
    assert told.rows["account"] == 3
    assert told.rows["device"] == 1
    done = place.restore(backup, replace=True)
    assert done.aside
    assert names(place) == {"Người thử"}
    assert at_head(place.engine)


def test_photos_are_backed_up_once_and_put_back(place: Installation) -> None:
    place.fill()
    store = Store(place.settings.data_dir)
    name = store.keep(b"a picture")
    first, second = place.back_up(), place.back_up()
    assert (second / "media" / name).samefile(first / "media" / name), "a link, no second copy"
    shutil.rmtree(store.folder)
    later = store.keep(b"since the backup")
    shutil.rmtree(first)
    place.restore(second, replace=True)
    assert store.path(name).read_bytes() == b"a picture"
    assert set(store.names()) == {name, later}, "what is there is left alone"


def test_a_backup_with_a_damaged_photo_is_none(place: Installation) -> None:
    place.fill()
    name = Store(place.settings.data_dir).keep(b"a picture")
    backup = place.back_up()
    (backup / "media" / name).write_bytes(b"another one")
    with pytest.raises(BackupError, match=name):
        place.restore(backup, replace=True)


def test_a_database_that_is_there_is_not_replaced_unasked_and_never_deleted(
    place: Installation,
) -> None:
    place.fill()
    backup = place.back_up()
    with Session(writing(place.engine)) as session, session.begin():
        session.connection().execute(text("UPDATE account SET name = 'since'"))
    with pytest.raises(BackupError, match="--replace"):
        place.restore(backup)
    place.open()
    assert names(place) == {"since"}
    (aside,) = place.restore(backup, replace=True).aside
    assert names(place) == {"Người thử"}
    url = place.settings.database
    old = make_engine(
        f"sqlite:///{aside}" if url.startswith("sqlite") else url.replace("vuonso_drill", aside)
    )
    with Session(old) as session:
        assert {account.name for account in session.exec(select(Account))} == {"since"}
    old.dispose()


@on_sqlite
@pytest.mark.parametrize("harm", ["flip", "lack", "add", "manifest"])
def test_a_damaged_backup_touches_nothing(place: Installation, harm: str) -> None:
    place.fill()
    backup = place.back_up()
    database = backup / "cloud.db"
    if harm == "flip":
        octets = bytearray(database.read_bytes())
        octets[len(octets) // 2] ^= 1
        database.write_bytes(octets)
    elif harm == "lack":
        (backup / "secrets" / "command-keys").unlink()
    elif harm == "add":
        (backup / "secrets" / "another").write_bytes(b"x")
    else:
        (backup / manifest.NAME).unlink()
    place.engine.dispose()
    before = place.settings.data_dir.joinpath("cloud.db").read_bytes()
    with pytest.raises(BackupError):
        place.restore(backup, replace=True)
    assert place.settings.data_dir.joinpath("cloud.db").read_bytes() == before


@on_sqlite
def test_what_fails_half_way_leaves_no_backup_and_deletes_none(place: Installation) -> None:
    place.fill()
    first = place.back_up(keep=1)
    place.settings.journal_file.mkdir()  # what should be read cannot be
    with pytest.raises(BackupError):
        place.back_up(keep=1)
    assert list(place.backups.iterdir()) == [first]


@on_sqlite
def test_the_newest_stay(place: Installation) -> None:
    place.fill()
    backups = [place.back_up(keep=2) for _ in range(4)]
    (place.backups / ".unfinished-vuonso-x").mkdir()
    assert making.made(place.backups) == backups[2:]


@on_sqlite
def test_only_the_owner_reads_a_backup(place: Installation) -> None:
    place.fill()
    backup = place.back_up()
    assert backup.stat().st_mode & 0o077 == 0
    for path in (backup / "secrets").iterdir():
        assert path.stat().st_mode & 0o077 == 0


@on_sqlite
def test_the_secrets_come_with_it_and_others_go_aside(place: Installation) -> None:
    seeded = place.fill()
    backup = place.back_up()
    secret = place.settings.data_dir / "secrets" / "command-keys"
    secret.write_bytes(bytes(32))
    done = place.restore(backup, replace=True)
    with Session(place.engine) as session:
        sealed = session.get_one(Device, seeded.device.id).sealed_command_key
    key = open_vault(place.settings).unseal(seeded.device.id, sealed)
    assert key.hex() == seeded.identity.command_key
    (kept,) = [one for one in done.aside if Path(one).name.startswith("secrets")]
    assert Path(kept, "command-keys").read_bytes() == bytes(32)


@on_sqlite
def test_a_database_whose_secrets_are_lost_is_not_put_back_as_if_all_were_well(
    place: Installation,
) -> None:
    place.fill()
    shutil.rmtree(place.settings.data_dir / "secrets")
    backup = place.back_up()
    with pytest.raises(BackupError, match="secrets"):
        place.restore(backup, replace=True)


@on_sqlite
def test_nothing_is_put_back_under_a_running_service_and_nothing_starts_meanwhile(
    place: Installation,
) -> None:
    place.fill()
    backup = place.back_up()
    with (
        at_work(place.settings),
        at_work(place.settings),
        pytest.raises(ConfigurationError, match="the service runs"),
    ):
        place.restore(backup, replace=True)
    place.restore(backup, replace=True)


@on_sqlite
def test_a_backup_of_an_older_version_is_brought_up(place: Installation) -> None:
    config = schema._config()
    with writing(place.engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")
    backup = place.back_up()
    place.restore(backup, replace=True)
    assert at_head(place.engine)


@on_sqlite
@pytest.mark.parametrize(
    ("change", "reason"),
    [({"revision": "9999"}, "newer version"), ({"kind": "postgresql"}, "is of postgresql")],
)
def test_a_backup_that_does_not_fit_is_refused_with_the_reason(
    place: Installation, change: dict[str, str], reason: str
) -> None:
    place.fill()
    backup = place.back_up()
    path = backup / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change))
    with pytest.raises(BackupError, match=reason):
        place.restore(backup, replace=True)


@on_sqlite
def test_an_empty_folder_is_no_backup_and_an_empty_database_makes_none(
    place: Installation,
) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        place.back_up()
    place.backups.mkdir(exist_ok=True)
    with pytest.raises(BackupError, match="is no backup"):
        place.restore(place.backups)


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_a_missing_program_is_named_with_what_to_install(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.fill()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackupError, match="apt-get install postgresql-client"):
        place.back_up()


@on_sqlite
def test_its_age_is_known(place: Installation) -> None:
    place.fill()
    assert not making.age(place.settings, place.clock).ok
    place.back_up()
    place.clock.advance(hours=25)
    found = making.age(place.settings, place.clock)
    assert (found.ok, found.age_s) == (True, 25 * 3600.0)
    place.clock.advance(hours=2)
    assert not making.age(place.settings, place.clock).ok


@pytest.fixture
def operate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """The command as an operator types it; its status and all it said."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"VUONSO_{name.upper()}", raising=False)

    def run(*words: str) -> tuple[int, str]:
        status = cli.main([*words, "--data", str(tmp_path)])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_an_operator_backs_up_and_puts_back(
    operate: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    assert operate("migrate")[0] == 0
    status, said = operate("backup", str(tmp_path / "backups"))
    assert status == 0
    assert "encrypt it" in said
    made = said.splitlines()[0]
    status, said = operate("restore", made)
    assert (status, "--replace" in said) == (USAGE_ERROR, True)
    shutil.rmtree(tmp_path / "cloud")
    status, said = operate("restore", made)
    assert status == 0, said
    assert "there was no journal" in said
    assert operate("backup", str(tmp_path / "backups"), "--keep", "0")[0] == USAGE_ERROR
