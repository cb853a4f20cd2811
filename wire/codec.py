"""The one encoding: compact JSON with sorted keys, and the checksums and codes over those bytes.

Nothing else in the product turns a wire message into bytes or bytes into a wire message.
"""

import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from wire.errors import DecodeError, MacError

MAX_PAYLOAD: Final = 65_536
"""Octets in one MQTT payload; the broker refuses larger ones too."""

MAX_ROWS: Final = 64
"""Rows in one live message; more rows go as a backfill chunk."""

GENESIS: Final = "0" * 64
"""The hash before the first event of an epoch."""

_MAC_HEX: Final = 32  # HMAC-SHA-256 truncated to 128 bits (RFC 2104 §5)
_MAX_REASON: Final = 200  # characters of a reason kept in quarantine

type_model = TypeVar("type_model", bound=BaseModel)
"""Any message of the contract."""


def dump(value: Mapping[str, object]) -> bytes:
    """Canonical bytes of a JSON object: sorted keys, no blanks, UTF-8, floats by repr."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def encode(message: BaseModel) -> bytes:
    """Canonical bytes of a message; fields that are None stay away."""
    return dump(message.model_dump(mode="json", by_alias=True, exclude_none=True))


def encode_list(messages: list[BaseModel]) -> bytes:
    """Canonical bytes of several rows in one payload."""
    return b"[" + b",".join(encode(message) for message in messages) + b"]"


def decode(model: type[type_model], payload: bytes) -> type_model:
    """The message in a payload: strict, no extra field, no NaN, no infinity.

    Raises:
        DecodeError: names the first field that is wrong, never its content.
    """
    if len(payload) > MAX_PAYLOAD:
        raise DecodeError("too_large", f"{len(payload)} octets, at most {MAX_PAYLOAD} are allowed")
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        raise _decode_error(error) from None


def split_rows(payload: bytes) -> list[bytes]:
    """The rows of a payload that is one object or a list of objects, each as canonical bytes.

    So one rotten row in a list cannot take its neighbours with it.

    Raises:
        DecodeError: the payload is neither, or holds more rows than a message may.
    """
    if len(payload) > MAX_PAYLOAD:
        raise DecodeError("too_large", f"{len(payload)} octets, at most {MAX_PAYLOAD} are allowed")
    try:
        value = json.loads(payload, parse_constant=_no_constant)
    except (RecursionError, ValueError) as error:
        raise DecodeError("not_json", str(error)[:_MAX_REASON]) from None
    rows = value if isinstance(value, list) else [value]
    if not 0 < len(rows) <= MAX_ROWS:
        raise DecodeError("rows", f"{len(rows)} rows in a message, 1 to {MAX_ROWS} are allowed")
    if not all(isinstance(row, dict) for row in rows):
        raise DecodeError("not_object", "a row is not a JSON object")
    try:
        return [dump(row) for row in rows]
    except (RecursionError, ValueError):  # 1e999 reads as infinity; half a surrogate has no UTF-8
        raise DecodeError("not_json", "a value has no canonical form") from None


def crc(body: Mapping[str, object]) -> int:
    """CRC-32 over the canonical bytes of a row without its own `c`."""
    return zlib.crc32(dump({key: value for key, value in body.items() if key != "c"}))


def chain(previous: str, row: bytes) -> str:
    """Hash of an event that binds all events before it: SHA-256(previous ‖ row), hexadecimal."""
    return hashlib.sha256(bytes.fromhex(previous) + row).hexdigest()


def mac(topic: str, body: Mapping[str, object], key: bytes) -> str:
    """HMAC-SHA-256/128 over topic ‖ 0x00 ‖ canonical bytes without `mac`, hexadecimal."""
    bare = dump({name: value for name, value in body.items() if name != "mac"})
    return hmac.new(key, topic.encode() + b"\0" + bare, hashlib.sha256).hexdigest()[:_MAC_HEX]


def sign(message: type_model, topic: str, key: bytes) -> type_model:
    """The message with its code in `mac`."""
    body = message.model_dump(mode="json", by_alias=True, exclude_none=True)
    return message.model_copy(update={"mac": mac(topic, body, key)})


def verify(message: BaseModel, topic: str, key: bytes) -> None:
    """Accept a message that the key's holder wrote for this very topic.

    Raises:
        MacError: the code is missing or wrong.
    """
    body = message.model_dump(mode="json", by_alias=True, exclude_none=True)
    given = body.get("mac")
    try:
        fits = isinstance(given, str) and hmac.compare_digest(given, mac(topic, body, key))
    except ValueError:  # a value without canonical form was never signed by us
        fits = False
    if not fits:
        raise MacError("bad_mac", "the message was not written by the holder of this device's key")


def _decode_error(error: ValidationError) -> DecodeError:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return DecodeError("not_json", first["msg"][:_MAX_REASON])
    if first["loc"] == ("v",):
        return DecodeError("version", "this version of the contract is not understood")
    where = ".".join(str(part) for part in first["loc"]) or "message"
    return DecodeError("invalid", f"{where}: {first['msg']}"[:_MAX_REASON])


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")
