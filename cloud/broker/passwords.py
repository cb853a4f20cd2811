"""Broker passwords in Mosquitto's own form, so that one hash serves every broker."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

_ITERATIONS: Final = 101  # Mosquitto's own; our passwords are 256 random bits, not words
_SALT_OCTETS: Final = 12


def hash_password(password: str) -> str:
    """`$7$iterations$salt$hash`: PBKDF2 with HMAC-SHA-512, both parts in base64."""
    salt = secrets.token_bytes(_SALT_OCTETS)
    digest = _derive(password, salt, _ITERATIONS)
    return f"$7${_ITERATIONS}${_text(salt)}${_text(digest)}"


def verify(password: str, hashed: str) -> bool:
    """Whether the password made this hash, and it is one; compares in constant time."""
    try:
        _start, _kind, iterations, salt, digest = hashed.split("$")
        wanted = base64.b64decode(digest)
        given = _derive(password, base64.b64decode(salt), int(iterations))
    except ValueError:
        return False
    return hmac.compare_digest(given, wanted)


def _derive(password: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
