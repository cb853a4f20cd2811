"""Sealing rows at the edge and checking them in the cloud: CRC-32 and the chain of events.

What a device signs is defined here; the signature itself is made and checked elsewhere.
"""

from typing import Final

from wire import codec
from wire.errors import DecodeError
from wire.messages import Event, Row, Sample

CHAIN: Final = "chain"
"""In a day's summary: the hash of the event before it."""
SIGNATURE: Final = "signature"
"""In a day's summary: the device's Ed25519 signature over `signed`, hexadecimal."""
_UNSEALED: Final = {"h", "c"}


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


def _body(row: Row) -> dict[str, object]:
    return row.model_dump(mode="json", exclude_none=True)
