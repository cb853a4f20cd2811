"""Sealing rows at the edge and checking them in the cloud: CRC-32 and the chain of events.

What a device signs is defined here; the signature itself is made and checked elsewhere.
"""

import zlib
from typing import Final

from wire import codec
from wire.errors import DecodeError
from wire.messages import Event, Row, Sample

CHAIN: Final = "chain"
"""In a day's summary: the hash of the event before it."""
SIGNATURE: Final = "signature"
"""In a day's summary: the device's Ed25519 signature over `signed`, hexadecimal."""
_UNSEALED: Final = {"h", "c"}
_CRC_AT: Final = len('{"b":"abcdefghijklmnop",')
_CRC_KEY: Final = b'"c":'


def seal_sample(sample: Sample) -> Sample:
    """The sample with its checksum."""
    return sample.model_copy(update={"c": codec.crc(_body(sample))})


def seal_event(event: Event, previous: str) -> Event:
    """The event bound to the one before it (hash `previous`), with its checksum."""
    bound = event.model_copy(update={"h": link(event, previous)})
    return bound.model_copy(update={"c": codec.crc(_body(bound))})


def link(event: Event, previous: str) -> str:
    """The hash this event must carry: SHA-256(previous ‖ canonical row without `h` and `c`)."""
    bare = {key: value for key, value in _body(event).items() if key not in _UNSEALED}
    return codec.chain(previous, codec.dump(bare))


def signed(summary: Event) -> bytes:
    """What the device signs: the canonical row without `h`, `c` and the signature itself.

    So a signature holds for one epoch, number, zone, moment and place in the chain.
    """
    bare = {key: value for key, value in _body(summary).items() if key not in _UNSEALED}
    facts = {key: value for key, value in summary.d.items() if key != SIGNATURE}
    return codec.dump({**bare, "d": facts})


def check(row: Row) -> None:
    """Refuse a row whose octets changed since it was sealed.

    Raises:
        DecodeError: the checksum does not fit.
    """
    if codec.crc(_body(row)) != row.c:
        raise DecodeError("crc", "the row's checksum does not fit its content")


def split(payload: bytes) -> list[bytes]:
    """The rows of a live payload, each as octets to be decoded and checked.

    As devices write them they are cut where they stand, if each bears out its own checksum;
    anything else is taken apart and written anew.

    Raises:
        DecodeError: as `codec.split_rows`.
    """
    return sealed(payload) or codec.split_rows(payload)


def sealed(payload: bytes) -> list[bytes]:
    """The rows of a live payload where every one bears out its own checksum, else none."""
    pieces = _pieces(payload)
    return pieces if all(map(bears_out, pieces)) else []


def bears_out(octets: bytes) -> bool:
    """Whether a row's octets are as they were sealed: its checksum fits them as they came.

    Keys are sorted, so `c` comes second, after a `b` of fixed length. False says nothing: the
    row may be written in another way, and `check` decides.
    """
    if octets[_CRC_AT : _CRC_AT + len(_CRC_KEY)] != _CRC_KEY:
        return False
    end = octets.find(b",", _CRC_AT)
    told = octets[_CRC_AT + len(_CRC_KEY) : end]
    found = zlib.crc32(octets[end + 1 :], zlib.crc32(octets[:_CRC_AT]))
    return end > 0 and told == str(found).encode()


def _pieces(payload: bytes) -> list[bytes]:
    """Cut between objects; a cut through a text leaves pieces that bear out nothing."""
    if len(payload) > codec.MAX_PAYLOAD:
        return []
    if payload.startswith(b"{"):
        return [payload]
    inner = payload.removeprefix(b"[{").removesuffix(b"}]")
    if len(inner) != len(payload) - len(b"[{}]"):
        return []
    pieces = [b"{%b}" % piece for piece in inner.split(b"},{")]
    return pieces if len(pieces) <= codec.MAX_ROWS else []


def _body(row: Row) -> dict[str, object]:
    return row.model_dump(mode="json", exclude_none=True)
