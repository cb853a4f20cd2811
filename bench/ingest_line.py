"""A broker's end of a connection that pours messages as fast as they are taken.

One thread says and reads in turn, so that its processor time is the client's and the kernel's.
"""

import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import Final

from paho.mqtt.client import Client

from bench.ingest_rig import Message

_CONNACK: Final = b"\x20\x02\x00\x00"
_PUBLISH: Final = 0x32  # of level 1
_AT_ONCE: Final = 1 << 16
_WAIT_S: Final = 10.0


def packets(messages: Sequence[Message]) -> list[bytes]:
    """As MQTT 3.1.1 writes them, numbered from 1 to 65,535 and again."""
    mids = cycle(range(1, 1 << 16))
    return [_packet(message, mid) for message, mid in zip(messages, mids, strict=False)]


def pour(client: Client, octets: bytes) -> None:
    """Let a client that runs no thread read all this."""
    with _line(client) as line:
        _say(line, client, _CONNACK)
        for at in range(0, len(octets), _AT_ONCE):
            _say(line, client, octets[at : at + _AT_ONCE])


@contextmanager
def _line(client: Client) -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        client.connect("127.0.0.1", door.getsockname()[1])
        line, _address = door.accept()
    with line:
        yield line
    client.disconnect()


def _say(line: socket.socket, client: Client, octets: bytes) -> None:
    line.sendall(octets)
    here, patience_s = client.socket(), _WAIT_S
    assert isinstance(here, socket.socket)
    while select.select([here], [], [], patience_s)[0]:
        client.loop_read()
        patience_s = 0.0


def _packet(message: Message, mid: int) -> bytes:
    topic, payload = message[0].encode(), message[1]
    body = len(topic).to_bytes(2) + topic + mid.to_bytes(2) + payload
    left, head = len(body), bytearray([_PUBLISH])
    while left >> 7:
        head.append(left & 127 | 128)
        left >>= 7
    return bytes([*head, left]) + body
