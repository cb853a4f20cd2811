"""Putting a backup back: beside what is there first, in its place when it is whole and safe."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cloud import keyring, sealing
from cloud.backup import making, manifest, postgres, rows, sqlite
from cloud.backup.errors import BackupError
from cloud.backup.making import BROKER, MEDIA, SECRETS
from cloud.backup.manifest import Manifest
from cloud.clock import Clock
from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.journal import Journal
from cloud.media.store import Store
from cloud.restored import Report, make_safe
from cloud.revisions import knows
from cloud.running import nobody_else
from cloud.schema import migrate
from cloud.settings import Settings
from cloud.transparency.kept import copy_of, go_on

_STAMP: Final = "%Y%m%dT%H%M%SZ"
_OWNER: Final = 0o700
_PRIVATE: Final = 0o600
_SEALED: Final = ("device", "season_key")
"""Tables whose rows are worth nothing without the secrets."""


@dataclass(frozen=True)
class Kept:
    """What was not lost with the database."""

    journal: bool
    log: bool


@dataclass(frozen=True)
class Restored:
    """What was put back, where the old things are, and what people have to do."""

    manifest: Manifest
    aside: Sequence[str]
    report: Report
    kept: Kept


def restore(settings: Settings, backup: Path, clock: Clock, *, replace: bool) -> Restored:
    """Put a backup back.

    The old database is renamed, never deleted. Until the last moment nothing of it is touched.

    Raises:
        BackupError: the service runs, the backup is damaged or of a newer version, or there is
            a database and `replace` is not asked for. Nothing was changed.
    """
    told = manifest.read(backup)
    _refuse(settings, told, backup)
    with nobody_else(settings):
        try:
            return _put_back(settings, backup, told, clock, replace=replace)
        except SQLAlchemyError as error:
            raise BackupError(f"the database refuses: {error}") from None
        except OSError as error:
            raise BackupError(f"{error.filename}: {error.strerror}") from None


def _put_back(
    settings: Settings, backup: Path, told: Manifest, clock: Clock, *, replace: bool
) -> Restored:
    target = (sqlite if told.kind == "sqlite" else postgres).Target(settings.database)
    if target.taken and not replace:
        raise BackupError(
            "there is a database already; --replace moves it aside and puts the backup there"
        )
    journal = _journal(settings)
    lines = journal.lines() if journal else None
    suffix = f"before-{clock.now().strftime(_STAMP)}"
    with target.filled(backup) as engine:
        keyring.bind(engine, backup / SECRETS)
        _compare(engine, told)
        migrate(engine)
        _readable(engine)
        with Session(writing(engine)) as session, session.begin():
            one_past = go_on(session, copy_of(settings))
            report = make_safe(session, lines, clock.now())
    _put_photos(backup / MEDIA, Store(settings.data_dir))
    aside = [
        _put(backup / SECRETS, settings.data_dir / SECRETS, suffix),
        _put(backup / BROKER, settings.broker_dir, suffix),
        target.put_in_place(suffix),
    ]
    kept = Kept(journal is not None, one_past)
    return Restored(told, [one for one in aside if one], report, kept)


def told(done: Restored) -> Iterator[str]:
    """What whoever restores has to know, line by line."""
    total = sum(done.manifest.rows.values())
    yield f"put back: {total} rows as of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC"
    for place in done.aside:
        yield f"the old one is kept: {place}"
    for line in done.report.again:
        yield f"done again, as the journal says: {line.action} {line.subject}"
    for line in done.report.gone:
        yield f"lost since the backup: {line.at:%Y-%m-%d %H:%M} {line.action} {line.subject}"
    if not done.kept.log:
        yield (
            "there was no copy of the public log: it goes on under another name, "
            "and whoever kept a checkpoint of it sees so"
        )
    if not done.kept.journal:
        yield (
            "there was no journal: whoever was erased, and every stamp, card, member and device "
            "that was let go since the backup, counts again; everybody logs in again"
        )
    yield "login links, invitations and codes are void; now start the service"


def _refuse(settings: Settings, told: Manifest, backup: Path) -> None:
    kind = making.kind_of(settings)
    if told.kind != kind:
        raise BackupError(f"the backup is of {told.kind}, VUONSO_DATABASE_URL names {kind}")
    if not knows(told.revision):
        raise BackupError(
            f"the backup is of a newer version ({told.version}, schema {told.revision}); "
            "install that version first"
        )
    folders = (backup / SECRETS, settings.data_dir / SECRETS)
    if any(map(told.rows.get, _SEALED)) and not any(folder.is_dir() for folder in folders):
        raise BackupError("neither backup nor data folder has the secrets of this database")


def _compare(engine: Engine, told: Manifest) -> None:
    with engine.connect() as connection:
        found = rows.count(connection)
    if found != told.rows:
        raise BackupError("what was put back has not the rows that the backup tells of")


def _readable(engine: Engine) -> None:
    """Names nobody can read are found out now, while the old database is still in its place."""
    try:
        sealing.prove(engine)
    except ConfigurationError as error:
        raise BackupError(
            f"the backup lacks a key of buyers' data: {error}; nothing was changed"
        ) from None


def _journal(settings: Settings) -> Journal | None:
    """The living journal knows what happened since; the copy in the backup cannot."""
    living = Journal(settings.journal_file)
    return living if living.path.exists() else None


def _put(source: Path, target: Path, suffix: str) -> str:
    """Put files where they belong; where other ones are, a copy of the folder goes aside first."""
    if not source.is_dir():
        return ""
    names = sorted(path.name for path in source.iterdir())
    if all(_same(source / name, target / name) for name in names):
        return ""
    aside = target.with_name(f"{target.name}.{suffix}")
    moved = target.is_dir()
    if moved:
        shutil.copytree(target, aside)
    target.mkdir(mode=_OWNER, parents=True, exist_ok=True)
    for name in names:
        shutil.copy2(source / name, target / name)
        (target / name).chmod(_PRIVATE)  # a disk between may not know whose files they are
    return str(aside) if moved else ""


def _put_photos(source: Path, store: Store) -> None:
    """Add what is missing; before the database that names it, and nothing is overwritten."""
    for path in sorted(source.glob("*")):
        store.keep(path.read_bytes())


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()
