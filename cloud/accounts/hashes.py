"""Hashes of passwords and PINs: slow on purpose, few at once, and never a clue in their time."""

import secrets
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP's minimum for Argon2id: 52 ms under load; the library's default takes 761 ms and 64 MiB,
# which would make logging in a way to bring the service down.
_TIME_COST: Final = 2
_MEMORY_KIB: Final = 19_456
_PARALLELISM: Final = 1

AT_ONCE: Final = 4
"""Hashes computed at the same time: 76 MiB at most, however many people knock."""


@dataclass(frozen=True)
class Checked:
    """Whether a secret was right, and its new hash where the old one was made too cheaply."""

    right: bool
    renewed: str | None = None


class Hashes:
    """Makes and checks hashes; the first hasher makes them, the others are still understood."""

    def __init__(self, hashers: Sequence[HasherProtocol]) -> None:
        self._method = PasswordHash(hashers)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self.make(secrets.token_hex())

    def make(self, secret: str) -> str:
        with self._places:
            return self._method.hash(composed(secret))

    def check(self, secret: str, kept: str | None) -> Checked:
        """Check against a kept hash; with none, work as long and say no."""
        with self._places:
            right, renewed = self._method.verify_and_update(composed(secret), kept or self._nobody)
        return Checked(right and kept is not None, renewed if kept else None)


def composed(secret: str) -> str:
    """One spelling for all keyboards: «ệ» is one sign or three, and the same password."""
    return unicodedata.normalize("NFC", secret)


@cache
def house() -> Hashes:
    """Those of the service: one set of places for the whole process."""
    return Hashes((Argon2Hasher(_TIME_COST, _MEMORY_KIB, _PARALLELISM),))
