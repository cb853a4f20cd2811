"""Reads what a node says; pure. It takes plain numbers and words, and gives a reason for no more.

Whoever can write to the farm's broker can write anything: nothing here raises.
"""

import json
import re
from enum import StrEnum
from typing import Final, NoReturn

MOST_BYTES: Final = 2048
"""The longest report of the profiles' nodes has some hundreds."""
MOST: Final = 1e9
"""No node measures more; whole numbers in JSON may be longer than any float."""
NUMBER: Final = re.compile(rb"\s*[+-]?\d{1,9}(\.\d{1,9})?\s*")


class Unread(StrEnum):
    """Why a message says nothing."""

    RETAINED = "kept by the broker from some earlier time"
    TOO_LONG = "too long"
    GARBLED = "not to be read"
    NO_FIELD = "without the field"
    OUT_OF_RANGE = "out of range"


def number(payload: bytes, path: str | None) -> float | Unread:
    """The number that a payload is, or that lies at `path` inside its JSON."""
    if len(payload) > MOST_BYTES:
        return Unread.TOO_LONG
    if path is None:
        return float(payload) if NUMBER.fullmatch(payload) else Unread.GARBLED
    found = _at(payload, path)
    if isinstance(found, Unread):
        return found
    if isinstance(found, bool) or not isinstance(found, int | float):
        return Unread.GARBLED
    return float(found) if -MOST <= found <= MOST else Unread.OUT_OF_RANGE


def word(payload: bytes, path: str | None) -> str | None:
    """The word that a payload is, or that lies at `path` inside its JSON."""
    if len(payload) > MOST_BYTES:
        return None
    if path is not None and payload.lstrip().startswith(b"{"):
        found = _at(payload, path)
        return found if isinstance(found, str) and not isinstance(found, Unread) else None
    return payload.decode("utf-8", "replace").strip()


def _at(payload: bytes, path: str) -> object:
    try:
        found: object = json.loads(payload, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Unread.GARBLED
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return Unread.NO_FIELD
        found = found[name]
    return found


def _refuse(constant: str) -> NoReturn:
    """JSON knows neither NaN nor Infinity; Python's reader does."""
    raise ValueError(constant)
