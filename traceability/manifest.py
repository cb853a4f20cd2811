"""The signed list of what verifies stamps offline: season keys, hosts, print runs, recalls.

A note (c2sp.org/signed-note) whose text is a line a fact, in one order, so that the same facts
always give the same text. Whoever caches one verifies sealed stamps without a network. How one
list follows another is in `traceability.succession`.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from traceability import sealed
from traceability.errors import NoteError, SerialError
from traceability.keys import KEY_IDS
from traceability.notes import Signer, Verifier, octets_of, sign, verify
from traceability.sealed import Seal
from traceability.token import FIELD_LIMIT

FORMAT: Final = "vuonso-manifest/1"
_KEY_OCTETS: Final = 32


@dataclass(frozen=True, order=True)
class SeasonKey:
    """By which sealed stamps of a season are verified."""

    kid: int
    season: str
    public_key: bytes


@dataclass(frozen=True, order=True)
class Run:
    """A print run: how many stamps there are, and of what."""

    issuance: int
    kid: int
    quantity: int
    product: str


@dataclass(frozen=True, order=True)
class Recall:
    """Stamps `first` to `last` of a run that no longer stand for goods to be sold or eaten."""

    issuance: int
    first: int
    last: int
    reason: str

    def covers(self, seal: Seal) -> bool:
        return self.issuance == seal.issuance and self.first <= seal.index <= self.last


class Verdict(StrEnum):
    """What the list says of a stamp whose signature holds."""

    GENUINE = "genuine"
    RECALLED = "recalled"
    UNLISTED = "unlisted"
    """Signed by us, of a run that is younger than this list, or of one that was never printed."""
    OVERISSUED = "overissued"
    """A number beyond the run's quantity: somebody with the key printed more."""


@dataclass(frozen=True)
class Manifest:
    """All that a verifier without a network has to know."""

    origin: str
    sequence: int
    """From 1; of two lists the one with the greater number is the younger."""
    issued_on: date
    valid_until: date
    """The last day on which it should be believed without asking for a younger one."""
    hosts: Sequence[str] = ()
    keys: Sequence[SeasonKey] = ()
    runs: Sequence[Run] = ()
    recalls: Sequence[Recall] = ()

    def __post_init__(self) -> None:
        """Raise NoteError where the list says two things of one, or nothing."""
        if self.sequence < 1 or self.valid_until < self.issued_on:
            raise NoteError("a list has a number from 1, and an end that is not before its day")
        if len({key.kid for key in self.keys}) < len(self.keys):
            raise NoteError("two seasons of this list share a key id")
        if len({run.issuance for run in self.runs}) < len(self.runs):
            raise NoteError("two runs of this list share an issuance")
        if any(recall.first > recall.last for recall in self.recalls):
            raise NoteError("a recall of this list ends before it begins")

    def signed(self, signers: Iterable[Signer]) -> str:
        return sign(str(self), signers)

    @classmethod
    def read(cls, note: str, trusted: Iterable[Verifier]) -> Self:
        """The list in a note.

        Raises:
            NoteError: nobody trusted signed it, or it is no such list.
        """
        text, _signed = verify(note, trusted)
        return cls.parse(text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The list as it was written; only one text stands for it.

        Raises:
            NoteError: it is no such list.
        """
        try:
            told = json.loads(text)
            found = cls(
                origin=_text(told["origin"]),
                sequence=_count(told["sequence"], FIELD_LIMIT),
                issued_on=date.fromisoformat(told["issued_on"]),
                valid_until=date.fromisoformat(told["valid_until"]),
                hosts=[_text(host) for host in told["hosts"]],
                keys=[_key(*key) for key in told["keys"]],
                runs=[_run(*run) for run in told["runs"]],
                recalls=[_recall(*recall) for recall in told["recalls"]],
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            raise NoteError("this is no list of keys and runs") from None
        if str(found) != text:
            raise NoteError("this list is not written as such lists are")
        return found

    def __str__(self) -> str:
        told = {
            "format": FORMAT,
            "origin": self.origin,
            "sequence": self.sequence,
            "issued_on": self.issued_on.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "hosts": sorted(self.hosts),
            "keys": [
                (key.kid, key.season, base64.b64encode(key.public_key).decode())
                for key in sorted(self.keys)
            ],
            "runs": [
                (one.issuance, one.kid, one.quantity, one.product) for one in sorted(self.runs)
            ],
            "recalls": [
                (one.issuance, one.first, one.last, one.reason) for one in sorted(self.recalls)
            ],
        }
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    def free_key_id(self) -> int:
        """One that none of its seasons has.

        Raises:
            NoteError: all are taken.
        """
        free = set(range(KEY_IDS)) - {key.kid for key in self.keys}
        if not free:
            raise NoteError(f"all {KEY_IDS} key ids are in use: withdraw an expired season first")
        return min(free)

    def next_issuance(self) -> int:
        return max((run.issuance for run in self.runs), default=0) + 1

    def judge(self, digits: str) -> tuple[Verdict, Seal]:
        """What a sealed stamp is, as far as this list knows.

        Raises:
            SerialError: no key of this list signed it.
        """
        seal = sealed.read(
            digits,
            {key.kid: Ed25519PublicKey.from_public_bytes(key.public_key) for key in self.keys},
        )
        return self._verdict(seal), seal

    def _verdict(self, seal: Seal) -> Verdict:
        if any(recall.covers(seal) for recall in self.recalls):
            return Verdict.RECALLED
        run = next((one for one in self.runs if one.issuance == seal.issuance), None)
        if run is None:
            return Verdict.UNLISTED
        if run.kid != seal.kid:
            raise SerialError("This sealed stamp is signed with the key of another season.")
        return Verdict.GENUINE if seal.index < run.quantity else Verdict.OVERISSUED


def _key(kid: object, season: object, public_key: object) -> SeasonKey:
    octets = octets_of(_text(public_key))
    if len(octets) != _KEY_OCTETS:
        raise ValueError("a key has 32 octets")
    return SeasonKey(_count(kid, KEY_IDS), _text(season), octets)


def _run(issuance: object, kid: object, quantity: object, product: object) -> Run:
    return Run(
        _count(issuance, FIELD_LIMIT),
        _count(kid, KEY_IDS),
        _count(quantity, FIELD_LIMIT + 1),
        _text(product),
    )


def _recall(issuance: object, first: object, last: object, reason: object) -> Recall:
    return Recall(
        _count(issuance, FIELD_LIMIT),
        _count(first, FIELD_LIMIT),
        _count(last, FIELD_LIMIT),
        _text(reason),
    )


def _count(value: object, limit: int) -> int:
    if type(value) is not int or not 0 <= value < limit:
        raise ValueError("a number is expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value
