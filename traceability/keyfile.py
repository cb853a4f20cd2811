"""Files of the command: the key file (owner only, 0600) and the record of a print run."""

import os
import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from traceability import sealed
from traceability.errors import KeyFileError
from traceability.keys import KEY_IDS, MASTER_BYTES, SeasonKey, derive, keyring
from traceability.labels import Label, Language
from traceability.sealed import Seal, lot_check
from traceability.token import FIELD_LIMIT

OTHERS = 0o077


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @classmethod
    def load(cls, path: Path) -> Self:
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise KeyFileError(f"{path} cannot be read: {error.strerror}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "file"
            raise KeyFileError(f"{path}: {where}: {first['msg']}.") from error


class Season(BaseModel):
    """One season and the id its stamps carry."""

    model_config = ConfigDict(extra="forbid")

    kid: int = Field(ge=0, lt=KEY_IDS)
    season: str = Field(min_length=1, max_length=40)


class KeyFile(_Record):
    """The master secret, the seasons in use and the next free issuance number."""

    master: str = Field(pattern=rf"^[0-9a-f]{{{2 * MASTER_BYTES}}}$", repr=False)
    seasons: list[Season] = Field(min_length=1, max_length=KEY_IDS)
    next_issuance: int = Field(default=1, ge=1, le=FIELD_LIMIT)

    @classmethod
    def load(cls, path: Path) -> Self:
        if path.exists() and path.stat().st_mode & OTHERS:
            raise KeyFileError(f"{path} is readable by others: run chmod 600 on it.")
        return super().load(path)

    @classmethod
    def new(cls, season: str, *, kid: int = 0, next_issuance: int = 1) -> Self:
        return cls(
            master=secrets.token_hex(MASTER_BYTES),
            seasons=[Season(kid=kid, season=season)],
            next_issuance=next_issuance,
        )

    def save(self, path: Path) -> None:
        """Replace the file in one step; nobody else can read it at any moment."""
        fresh = path.with_name(f".{path.name}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def with_season(self, season: str) -> "KeyFile":
        if any(known.season == season for known in self.seasons):
            raise KeyFileError(f"Season {season} is already in the file.")
        free = sorted(set(range(KEY_IDS)) - {known.kid for known in self.seasons})
        if not free:
            raise KeyFileError(
                f"All {KEY_IDS} key ids are in use; take an expired season out first (--retire)."
            )
        added = [*self.seasons, Season(kid=free[0], season=season)]
        return self.model_copy(update={"seasons": added})

    def sealing_key(self, kid: int) -> Ed25519PrivateKey:
        """What signs the sealed stamps of a season."""
        season = next((known.season for known in self.seasons if known.kid == kid), None)
        if season is None:
            raise KeyFileError(f"The key file has no season with kid {kid}.")
        return sealed.derive(bytes.fromhex(self.master), season)

    def without_season(self, season: str) -> "KeyFile":
        left = [known for known in self.seasons if known.season != season]
        if len(left) == len(self.seasons):
            raise KeyFileError(f"There is no season {season} in the file.")
        if not left:
            raise KeyFileError("A key file has a season: add the next one first.")
        return self.model_copy(update={"seasons": left})

    def keys(self) -> Mapping[int, SeasonKey]:
        master = bytes.fromhex(self.master)
        return keyring(derive(master, known.season, known.kid) for known in self.seasons)


class PrintRun(_Record):
    """All that is needed to print the same sheets again, but for the key."""

    issuance: int = Field(ge=1, lt=FIELD_LIMIT)
    kid: int = Field(ge=0, lt=KEY_IDS)
    quantity: int = Field(ge=1, le=FIELD_LIMIT)
    host: str
    gtin: str | None
    product: str
    lot: str
    harvested_on: date | None
    simulated: bool
    sealed: bool = False
    language: Language = "vi"
    producer: str = ""

    @model_validator(mode="after")
    def _sealed_with_its_day(self) -> Self:
        if self.sealed and self.harvested_on is None:
            raise ValueError("a sealed stamp says the day of harvest")
        return self

    def label(self) -> Label:
        return Label(
            self.host,
            self.gtin,
            self.product,
            self.lot,
            self.harvested_on,
            self.simulated,
            self.sealed,
            self.language,
            self.producer,
        )

    def seals(self, indices: range, key: Ed25519PrivateKey) -> Iterator[str]:
        """The digits of these stamps as sealed ones.

        Raises:
            KeyFileError: the run has no day of harvest, which a sealed stamp says.
        """
        day, check = self.harvested_on, lot_check(self.lot)
        if day is None:
            raise KeyFileError("A sealed stamp says the day of harvest, and this run has none.")
        return (
            sealed.issue(Seal(self.kid, self.issuance, index, day, self.simulated, check), key)
            for index in indices
        )
