"""Boxes that come back to a broker all at once, each over a connection and an account of its own.

MQTT 3.1.1 by the octet: two thousand of a library's clients would be two thousand threads.
"""

import asyncio
import random
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from bench.ingest_rig import START_MS, Walk
from edge.backoff import wait_s
from edge.courier import GREETING_S
from wire import backfill, codec, topics
from wire.codes import ClockQuality
from wire.identity import random_id
from wire.messages import Ack, Birth, ZoneInfo
from wire.topics import Down, Up

_CONNACK: Final = 2
_PUBLISH: Final = 3
_SUBACK: Final = 9
_PERSISTENT_WITH_LOGIN: Final = 0xC0
_KEEPALIVE_S: Final = 300
_QOS_1: Final = 0x02


@dataclass
class Box:
    """A box with rows that the cloud has not had, and when it was how far, in seconds."""

    device: str
    password: str
    birth: bytes
    chunk: bytes
    nonce: str
    last: int
    knocks: int = 0
    born_s: float = 0.0
    """Until the cloud has answered its birth."""
    durable_s: float = 0.0
    """Until the cloud has told that its rows are committed."""
    lines: list[asyncio.StreamWriter] = field(default_factory=list)


def box(device: str, password: str, rows: int, seed: int) -> Box:
    walk = Walk(device, seed)
    waiting = [walk.sample() for _ in range(rows)]
    nonce = random_id()
    zone = ZoneInfo(key="z1", plants=200, nominal_lpm=6.0, max_lease_s=900.0, flow_meter=True)
    birth = Birth(
        agent="bench",
        simulated=True,
        epoch=walk.epoch,
        boot=waiting[0].b,
        session=1,
        oldest=1,
        last=rows,
        nonce=nonce,
        wall_ms=START_MS,
        clock=ClockQuality.TRUSTED,
        settings_version=0,
        zones=(zone,),
    )
    chunk = codec.encode(backfill.pack(waiting))
    return Box(device, password, codec.encode(birth), chunk, nonce, rows)


def come_back(boxes: Sequence[Box], port: int, seed: int) -> None:
    """All have just lost their broker, and knock by dice; returns when all rows are durable."""
    asyncio.run(_all(boxes, port, random.Random(seed)))  # noqa: S311 (dice of a bench)


async def _all(boxes: Sequence[Box], port: int, dice: random.Random) -> None:
    began = time.perf_counter()
    chances = [random.Random(dice.random()) for _ in boxes]  # noqa: S311 (as above)
    comings = [_come(one, port, began, own) for one, own in zip(boxes, chances, strict=True)]
    await asyncio.gather(*comings)
    for one in boxes:
        for line in one.lines:
            line.close()


async def _come(one: Box, port: int, began: float, dice: random.Random) -> None:
    while not one.durable_s:
        one.knocks += 1
        await asyncio.sleep(wait_s(one.knocks, 1, dice.random()))
        with suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(GREETING_S):
                reader = await _enter(one, port)
            await _deliver(one, reader, began)


async def _enter(one: Box, port: int) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    one.lines.append(writer)
    writer.write(_connect(one))
    await _await(reader, _CONNACK)
    down = _text(f"{topics.ROOT}/{one.device}/dn/#") + b"\1"
    writer.write(_packet(0x82, struct.pack("!H", 1) + down))
    await _await(reader, _SUBACK)
    writer.write(_publication(one.device, Up.BIRTH, one.birth, 2))
    writer.write(_publication(one.device, Up.BACKFILL, one.chunk, 3))
    return reader


async def _deliver(one: Box, reader: asyncio.StreamReader, began: float) -> None:
    own = topics.down(one.device, Down.ACK).encode()
    while not (one.born_s and one.durable_s):
        body = await _await(reader, _PUBLISH)
        if not body[2:].startswith(own):
            continue
        ack = codec.decode(Ack, body[2 + len(own) :])
        now = time.perf_counter() - began
        if ack.nonce == one.nonce:
            one.born_s = now
        if ack.upto >= one.last and not one.durable_s:
            one.durable_s = now


async def _await(reader: asyncio.StreamReader, kind: int) -> bytes:
    """The body of the next packet of a kind; all others are passed over."""
    while True:
        first = (await reader.readexactly(1))[0]
        size = shift = 0
        while True:
            octet = (await reader.readexactly(1))[0]
            size, shift = size | (octet & 0x7F) << shift, shift + 7
            if not octet & 0x80:
                break
        body = await reader.readexactly(size)
        if first >> 4 == kind:
            if kind == _CONNACK and body[1]:
                raise SystemExit(f"the broker refuses a box: code {body[1]}")
            return body


def _connect(one: Box) -> bytes:
    head = _text("MQTT") + struct.pack("!BBH", 4, _PERSISTENT_WITH_LOGIN, _KEEPALIVE_S)
    return _packet(0x10, head + _text(one.device) * 2 + _text(one.password))


def _publication(device: str, kind: Up, payload: bytes, mid: int) -> bytes:
    body = _text(topics.up(device, kind)) + struct.pack("!H", mid) + payload
    return _packet(_PUBLISH << 4 | _QOS_1, body)


def _packet(first: int, body: bytes) -> bytes:
    size, left = bytearray(), len(body)
    while True:
        left, part = left >> 7, left & 0x7F
        size.append(part | (0x80 if left else 0))
        if not left:
            return bytes([first]) + bytes(size) + body


def _text(words: str) -> bytes:
    octets = words.encode()
    return struct.pack("!H", len(octets)) + octets
