"""The PIN of the page in the greenhouse: what it looks like, and the slow hash that is kept of it.

How often it may be tried is `edge.pin_tries`.
"""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge.errors import ConfigError

FILE: Final = "pin.json"
LEAST_DIGITS: Final = 4
MOST_DIGITS: Final = 12
COST: Final = 2**13
"""8 MB and a tenth of a second on a Pi: slow for a thief of the file, quick for a thumb."""
BLOCK: Final = 8
SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Lock:
    """A PIN's hash."""

    salt: bytes
    hash: bytes

    def opens(self, pin: str) -> bool:
        return hmac.compare_digest(self.hash, _hash(pin, self.salt))


def is_pin(word: str) -> bool:
    """Digits of a telephone's keypad, long enough to be worth asking for."""
    return word.isascii() and word.isdigit() and LEAST_DIGITS <= len(word) <= MOST_DIGITS


def lock(pin: str) -> Lock:
    salt = os.urandom(SALT_BYTES)
    return Lock(salt, _hash(pin, salt))


def load(path: Path) -> Lock | None:
    """The lock, None where no PIN was ever set.

    Raises:
        ConfigError: the file cannot be used.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return Lock(bytes.fromhex(body["salt"]), bytes.fromhex(body["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(path, f"cannot be used ({error})", "run `vuonso edge pin`") from None


def save(lock: Lock, path: Path) -> None:
    """Replace the file in one move; it belongs to whom the folder belongs."""
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({"salt": lock.salt.hex(), "hash": lock.hash.hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    folder = path.parent.stat()
    if os.geteuid() == 0:
        os.chown(fresh, folder.st_uid, folder.st_gid)
    fresh.replace(path)


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=BLOCK, p=1)
