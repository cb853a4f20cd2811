"""Text that only this installation reads: encrypted by field, under keys that can be changed.

A key is a file beside the database, never in it. Each text says under which key it lies, so that
old and new ones stand side by side while a change is under way.
"""

import base64
import hashlib
import hmac
import re
import secrets
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Engine, String, TypeDecorator

from cloud.errors import ConfigurationError
from cloud.settings import Settings, secret_in

_KEY: Final = "buyer-key-"
_TAGS: Final = "buyer-phones"
_NONCE: Final = 12
_SEALED: Final = re.compile(r"v([1-9][0-9]{0,5}):([A-Za-z0-9_-]+=*)")
_NUMBERED: Final = re.compile(rf"{_KEY}([1-9][0-9]{{0,5}})")


class KeyRing:
    """The keys in a folder of secrets; the one with the highest number seals what is new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ciphers: dict[int, AESGCM] = {}

    @property
    def current(self) -> int:
        """Asked of the folder each time: another process may have added a key meanwhile."""
        return max(self._numbers(), default=1)

    def add(self) -> int:
        """Another key, on the disk before it seals anything; its number."""
        number = max(self._numbers(), default=0) + 1
        secret_in(self._folder, f"{_KEY}{number}")
        return number

    def seal(self, field: str, text: str) -> str:
        """`v<number>:` and base64 of nonce and AES-GCM; the field's name is bound to it."""
        number = self.current
        nonce = secrets.token_bytes(_NONCE)
        body = self._cipher(number).encrypt(nonce, text.encode(), field.encode())
        return f"v{number}:{base64.urlsafe_b64encode(nonce + body).decode()}"

    def unseal(self, field: str, stored: str) -> str:
        """The text; what was written before there were keys is read as it stands.

        Raises:
            ConfigurationError: the key is not there, or another one.
        """
        found = _SEALED.fullmatch(stored)
        if found is None:
            return stored
        number, octets = int(found[1]), base64.urlsafe_b64decode(found[2])
        if number not in self._numbers():
            raise ConfigurationError(_missing(number))
        try:
            cipher = self._cipher(number)
            return cipher.decrypt(octets[:_NONCE], octets[_NONCE:], field.encode()).decode()
        except InvalidTag:
            raise ConfigurationError(_missing(number)) from None

    def tag(self, text: str) -> str:
        """Equal for equal texts, and nothing else can be learnt from it without the key."""
        key = secret_in(self._folder, _TAGS)
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def _numbers(self) -> set[int]:
        if not self._folder.is_dir():
            return set()
        names = (_NUMBERED.fullmatch(path.name) for path in self._folder.iterdir())
        return {int(name[1]) for name in names if name}

    def _cipher(self, number: int) -> AESGCM:
        if number not in self._ciphers:
            self._ciphers[number] = AESGCM(secret_in(self._folder, f"{_KEY}{number}"))
        return self._ciphers[number]


_RINGS: Final[WeakKeyDictionary[Dialect, KeyRing]] = WeakKeyDictionary()
"""Which keys belong to which database; an engine and its copies share one dialect."""


def bind(engine: Engine, folder: Path) -> KeyRing:
    """From now on this engine reads and writes with the keys of this folder."""
    ring = _RINGS[engine.dialect] = KeyRing(folder)
    return ring


def bind_to(engine: Engine, settings: Settings) -> KeyRing:
    """The same, with the installation's own folder."""
    return bind(engine, settings.data_dir / "secrets")


def of(dialect: Dialect) -> KeyRing:
    """The keys of a database.

    Raises:
        ConfigurationError: nobody said which; nothing is written in clear for want of a key.
    """
    ring = _RINGS.get(dialect)
    if ring is None:
        raise ConfigurationError("the keys of this database are not at hand")
    return ring


class Sealed(TypeDecorator[str]):
    """Text in clear for us and sealed for whoever reads the file; nothing stays nothing."""

    impl = String
    cache_ok = True

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return of(dialect).seal(self.field, value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return of(dialect).unseal(self.field, value) if value else value


class Tagged(TypeDecorator[str]):
    """A text by which a row is found and that nobody can read: written as it is, kept as a tag.

    `of` names the sealed column of the same row that is looked up by it.
    """

    impl = String
    cache_ok = True

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return of(dialect).tag(value) if value else value


def _missing(number: int) -> str:
    return (
        f"the secret file {_KEY}{number} does not fit this database; "
        "restore it from the backup of this database"
    )
