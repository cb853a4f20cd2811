"""The signed list of what verifies stamps offline: season keys, hosts, print runs, recalls.

A note (c2sp.org/signed-note) whose text is a line a fact, in one order, so that the same facts
always give the same text. Whoever caches one verifies sealed stamps without a network.
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
    issued_on: date
    hosts: Sequence[str] = ()
    keys: Sequence[SeasonKey] = ()
    runs: Sequence[Run] = ()
    recalls: Sequence[Recall] = ()

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
                issued_on=date.fromisoformat(told["issued_on"]),
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
            "issued_on": self.issued_on.isoformat(),
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
