"""PUBLISH packets cut out of what a connection brought, all that are whole at once. Pure.

MQTT 3.1.1, sections 2.2 and 3.3. Other packets, halves and nonsense are not for here.
"""

from typing import Final, NamedTuple

_KIND: Final = 0xF4  # the kind of a packet and the upper bit of its level
_PUBLISH: Final = 0x30  # of level 0 or 1
_LEVEL_BIT: Final = 1
_WORD: Final = 2  # octets of a length or an identifier
_MORE: Final = 0x80
_LENGTH: Final = 4  # octets that tell how long a packet is, at most


class Delivery(NamedTuple):
    """A message with what its confirmation needs."""

    topic: str
    payload: bytes
    mid: int
    qos: int


def cut(octets: bytes, at: int = 0) -> tuple[list[Delivery], int]:
    """The packets that stand here one after another, and where they end."""
    found: list[Delivery] = []
    size = len(octets)
    while at < size and octets[at] & _KIND == _PUBLISH:
        start, end = _span(octets, at + 1)
        if not start + _WORD <= end <= size:
            break
        topic_at = start + _WORD
        topic_end = topic_at + int.from_bytes(octets[start:topic_at])
        qos = octets[at] >> _LEVEL_BIT & 1
        payload_at = topic_end + _WORD * qos
        if topic_end == topic_at or payload_at > end:
            break
        mid = int.from_bytes(octets[topic_end:payload_at])
        topic = octets[topic_at:topic_end].decode(errors="replace")
        found.append(Delivery(topic, octets[payload_at:end], mid, qos))
        at = end
    return found, at


def mention(topic: str, payload: bytes) -> bytes:
    """A PUBLISH of level 0, which the broker is not asked to keep."""
    name = topic.encode()
    left = _WORD + len(name) + len(payload)
    head = bytearray([_PUBLISH])
    while left >= _MORE:
        head.append(left % _MORE | _MORE)
        left //= _MORE
    head.append(left)
    return b"%b%b%b%b" % (bytes(head), len(name).to_bytes(_WORD), name, payload)


def _span(octets: bytes, at: int) -> tuple[int, int]:
    """Where the body of a packet begins and ends; nowhere, if that is not told yet."""
    length = 0
    for place, octet in enumerate(octets[at : at + _LENGTH]):
        length |= (octet & ~_MORE) << (7 * place)
        if octet < _MORE:
            start = at + place + 1
            return start, start + length
    return 0, 0
