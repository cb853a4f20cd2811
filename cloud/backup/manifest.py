"""What a backup says of itself: its files with size and hash, and how many rows are in it."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cloud.backup.errors import BackupError

NAME: Final = "manifest.json"
_BLOCK: Final = 1 << 20

Kind = Literal["sqlite", "postgresql"]


class Part(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    octets: int
    sha256: str


class Manifest(BaseModel):
    """Written last; a folder without it is no backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: datetime
    version: str
    kind: Kind
    revision: str
    """Of the schema."""
    rows: dict[str, int]
    """By table."""
    files: dict[str, Part]


def part_of(path: Path) -> Part:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return Part(octets=path.stat().st_size, sha256=digest.hexdigest())


def parts_of(folder: Path) -> dict[str, Part]:
    """Every file below a folder but the manifest, by its way from there."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): part_of(path) for path in found if path.name != NAME
    }


def write(folder: Path, manifest: Manifest) -> None:
    (folder / NAME).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read and check every file against it.

    Raises:
        BackupError: it is none, or not what was written.
    """
    try:
        manifest = Manifest.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup: it has no {NAME}") from None
    except ValidationError:
        raise BackupError(f"{folder / NAME} cannot be read by this version") from None
    said, found = manifest.files, parts_of(folder)
    wrong = sorted(name for name in said.keys() | found if said.get(name) != found.get(name))
    if wrong:
        raise BackupError(
            f"the backup is damaged, take another one; not as it was written: {', '.join(wrong)}"
        )
    return manifest


def sync(folder: Path) -> None:
    """Every file and folder below is on the disk when this returns."""
    for path in (*folder.rglob("*"), folder):
        sync_one(path)


def sync_one(path: Path) -> None:
    """A file's octets, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
