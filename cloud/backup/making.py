"""Making a backup: database, photos, secrets, broker's authority and journal, all or nothing."""

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from cloud.backup import manifest, postgres, sqlite
from cloud.backup.errors import BackupError
from cloud.backup.manifest import Kind, Manifest
from cloud.clock import Clock
from cloud.db import make_engine
from cloud.health import Finding
from cloud.media.store import FOLDER, Store
from cloud.revisions import current
from cloud.settings import Settings

PREFIX: Final = "vuonso-"
_UNFINISHED: Final = ".unfinished-"
"""What a backup is called until it is whole; such a folder is never taken for one."""
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_OWNER: Final = 0o700
_LAST: Final = "last-backup.json"
TOO_OLD_S: Final = 26 * 3600.0
"""A day, and two hours for a slow night."""

MEDIA: Final = FOLDER
SECRETS: Final = "secrets"
BROKER: Final = "broker"
JOURNAL: Final = "journal.jsonl"
AUTHORITY: Final = ("ca.key", "ca.pem")
"""Of the broker's files, what cannot be made anew: every box pins this authority."""


def make(settings: Settings, folder: Path, keep: int, clock: Clock) -> Path:
    """A new folder in `folder`, proved whole; older ones beyond the newest `keep` are deleted.

    Raises:
        BackupError: nothing was made, and nothing deleted.
    """
    name = f"{PREFIX}{clock.now().strftime(_STAMP)}"
    room, done = folder / f"{_UNFINISHED}{name}", folder / name
    if done.exists():
        raise BackupError(f"{done} is there already")
    try:
        folder.mkdir(mode=_OWNER, parents=True, exist_ok=True)
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(mode=_OWNER)
        _fill(settings, room, clock.now(), made(folder)[-1:])
        manifest.read(room)
        manifest.sync(room)
        room.rename(done)
        manifest.sync_one(folder)
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror}") from None
    finally:
        shutil.rmtree(room, ignore_errors=True)
    _forget_all_but(folder, keep)
    _remember(settings, clock.now())
    return done


def made(folder: Path) -> list[Path]:
    """The whole backups in a folder, oldest first."""
    found = (path for path in folder.glob(f"{PREFIX}*") if (path / manifest.NAME).exists())
    return sorted(found, key=lambda path: path.name)


def age(settings: Settings, clock: Clock) -> Finding:
    """How old the newest backup is that was made here."""
    path = settings.data_dir / _LAST
    if not path.exists():
        return Finding(False, "there is none; run: vuonso cloud backup FOLDER")
    made_at = datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["made_at"])
    seconds = (clock.now() - made_at).total_seconds()
    return Finding(seconds <= TOO_OLD_S, f"{seconds / 3600:.1f} hours old", seconds)


def kind_of(settings: Settings) -> Kind:
    return "sqlite" if settings.database.startswith("sqlite") else "postgresql"


def _fill(settings: Settings, room: Path, now: datetime, before: Sequence[Path]) -> None:
    kind = kind_of(settings)
    engine = make_engine(settings.database)
    revision = current(engine)
    engine.dispose()
    if revision is None:
        raise BackupError("the database is empty: there is nothing to back up")
    rows = (sqlite if kind == "sqlite" else postgres).dump(settings.database, room)
    _copy_photos(Store(settings.data_dir), room, before)  # after the rows that name them
    _copy(settings.data_dir / SECRETS, room / SECRETS)
    _copy(settings.broker_dir, room / BROKER, AUTHORITY)
    if settings.journal_file.exists():
        _write_for_owner(room / JOURNAL, settings.journal_file.read_bytes())
    told = Manifest(
        made_at=now,
        version=version("vuonso"),
        kind=kind,
        revision=revision,
        rows=rows,
        files=manifest.parts_of(room),
    )
    manifest.write(room, told)


def _copy(source: Path, target: Path, names: Iterable[str] | None = None) -> None:
    """Files that are there, for their owner alone."""
    if not source.is_dir():
        return
    target.mkdir(mode=_OWNER)
    for name in sorted(names or (path.name for path in source.iterdir() if path.is_file())):
        if (source / name).is_file():
            _write_for_owner(target / name, (source / name).read_bytes())


def _copy_photos(store: Store, room: Path, before: Sequence[Path]) -> None:
    """Each photo once on the disk of the backups: its name is its hash, so it never changes."""
    for name in store.names():
        target = room / MEDIA / name
        target.parent.mkdir(mode=_OWNER, exist_ok=True)
        for old in before:
            with suppress(OSError):  # not there yet, or on a disk that knows no links
                target.hardlink_to(old / MEDIA / name)
        if not target.exists():
            _write_for_owner(target, store.path(name).read_bytes())


def _write_for_owner(path: Path, octets: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(octets)


def _forget_all_but(folder: Path, keep: int) -> None:
    for old in made(folder)[:-keep]:
        shutil.rmtree(old)


def _remember(settings: Settings, now: datetime) -> None:
    said = json.dumps({"made_at": now.isoformat()})
    fresh = settings.data_dir / f".{_LAST}"
    fresh.write_text(said, encoding="utf-8")
    fresh.replace(settings.data_dir / _LAST)
