"""What a hostile device may say on its own topics, and what the cloud is to make of it."""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel

from cloud.broker.files import MAX_MESSAGE
from tests.cloud.telemetry.sender import Sender
from wire import backfill, codec, rows
from wire.backfill import Backfill
from wire.codes import EventKind
from wire.messages import MAX_SEQ, MAX_UNIX_MS, Ask, Data, Sample, Will
from wire.topics import Up

FOREIGN_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
"""A key that belongs to neither of the two."""


@dataclass
class Voices:
    """Two devices, and what the rogue has overheard of the victim, somehow."""

    rogue: Sender
    victim: Sender
    victims_key: Ed25519PrivateKey
    victims_command: str
    rogues_own: Callable[[], Sample]


@dataclass(frozen=True)
class Word:
    """Octets on one of the rogue's own topics; `reason` is that of the quarantine."""

    name: str
    kind: Up
    say: Callable[[Voices], bytes]
    reason: str


def altered(made: BaseModel, **fields: object) -> bytes:
    """A message of ours with other fields, and the checksum over what it holds now."""
    body = {**made.model_dump(mode="json", by_alias=True, exclude_none=True), **fields}
    if "c" in body:
        body["c"] = codec.crc(body)
    return json.dumps(body).encode()


def chunk(made: Backfill, plain: bytes, **fields: object) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = base64.b64encode(squeezer.compress(plain) + squeezer.flush()).decode()
    return altered(made, **{"body": body, "crc": zlib.crc32(plain), **fields})


def raw(octets: bytes) -> Callable[[Voices], bytes]:
    return lambda _voices: octets


def sample(**fields: object) -> Callable[[Voices], bytes]:
    return lambda voices: altered(voices.rogues_own(), **fields)


def event(**fields: object) -> Callable[[Voices], bytes]:
    return lambda voices: altered(voices.rogue.event(EventKind.BOOT), **fields)


def birth(**fields: object) -> Callable[[Voices], bytes]:
    return lambda voices: altered(voices.rogue.birth(), **fields)


def packed(voices: Voices) -> Backfill:
    return backfill.pack([voices.rogues_own()])


def summary(key: Callable[[Voices], Ed25519PrivateKey], who: str) -> Callable[[Voices], bytes]:
    def say(voices: Voices) -> bytes:
        speaker: Sender = getattr(voices, who)
        return codec.encode(speaker.summary(key(voices), {"litres": 1.0}))

    return say


def unsigned(voices: Voices) -> bytes:
    bare = voices.rogue.summary(FOREIGN_KEY, {"litres": 1.0})
    facts = {name: value for name, value in bare.d.items() if name != rows.SIGNATURE}
    return altered(bare, d=facts)


def flipped(voices: Voices) -> bytes:
    row = voices.rogues_own()
    return codec.encode(row.model_copy(update={"t": row.t + 1}))


def bomb(voices: Voices) -> bytes:
    return chunk(packed(voices), b" " * (32 * backfill.MAX_INFLATED))


def misfit(voices: Voices) -> bytes:
    return chunk(packed(voices), json.dumps({"s": {"k": 99, "d": [1]}}).encode())


def half(voices: Voices) -> bytes:
    made = packed(voices)
    return altered(made, body=made.body[: len(made.body) // 2 // 4 * 4])


DEEP: Final = b"[" * 60_000
ZONE: Final = {"key": "z1", "plants": 1, "nominal_lpm": 1.0, "max_lease_s": 1.0}

WORDS: Final = (
    Word("nothing", Up.LIVE, raw(b""), "not_json"),
    Word("no JSON", Up.LIVE, raw(b"\x00\xff\xfe"), "not_json"),
    Word("JSON without an end, deep", Up.LIVE, raw(DEEP), "not_json"),
    Word("deep JSON", Up.LIVE, raw(DEEP[:30_000] + b"]" * 30_000), "not_json"),
    Word("a deep birth", Up.BIRTH, raw(DEEP), "not_json"),
    Word("a deep chunk", Up.BACKFILL, raw(DEEP), "not_json"),
    Word("a number of 60,000 digits", Up.LIVE, raw(b"9" * 60_000), "not_json"),
    Word("no number", Up.LIVE, raw(b'{"m":{"vwc":NaN}}'), "not_json"),
    Word("no end of a number", Up.LIVE, raw(b'{"m":{"vwc":1e999}}'), "not_json"),
    Word("half a letter", Up.LIVE, raw(b'{"b":"\\ud800"}'), "not_json"),
    Word("a little too much", Up.LIVE, raw(b" " * (codec.MAX_PAYLOAD + 1)), "too_large"),
    Word("as much as the broker takes", Up.LIVE, raw(b"9" * (MAX_MESSAGE - 64)), "too_large"),
    Word("too large a birth", Up.BIRTH, raw(b" " * (codec.MAX_PAYLOAD + 1)), "too_large"),
    Word("no rows", Up.LIVE, raw(b"[]"), "rows"),
    Word("too many rows", Up.LIVE, raw(b"[" + b"{}," * 64 + b"{}]"), "rows"),
    Word("rows that are none", Up.LIVE, raw(b"[1,2,3]"), "not_object"),
    Word("an empty row", Up.LIVE, raw(b"{}"), "invalid"),
    Word("another's name in a sample", Up.LIVE, sample(device="victim"), "invalid"),
    Word("another's name in an event", Up.EVENT, event(device="victim"), "invalid"),
    Word("another's name in a birth", Up.BIRTH, birth(device="victim"), "invalid"),
    Word("another version", Up.LIVE, sample(v=2), "version"),
    Word("a birth of another version", Up.BIRTH, birth(v=99), "version"),
    Word("a flipped bit", Up.LIVE, flipped, "crc"),
    Word("the number zero", Up.LIVE, sample(s=0), "invalid"),
    Word("a number below zero", Up.LIVE, sample(s=-1), "invalid"),
    Word("a number beyond 64 bits", Up.LIVE, sample(s=MAX_SEQ + 1), "invalid"),
    Word("a number in words", Up.LIVE, sample(s="1"), "invalid"),
    Word("an uptime beyond 64 bits", Up.LIVE, sample(u=2**70), "invalid"),
    Word("a year that will not come", Up.LIVE, sample(t=MAX_UNIX_MS + 1), "invalid"),
    Word("an epoch that is a path", Up.LIVE, sample(e="../../etc/passwd"), "invalid"),
    Word("a zone that is SQL", Up.LIVE, sample(z="z1'; DROP TABLE sample;--"), "invalid"),
    Word("a measure nobody knows", Up.LIVE, sample(m={"gold": 1.0}), "invalid"),
    Word("no measure", Up.LIVE, sample(m={}), "invalid"),
    Word("a measure that is text", Up.LIVE, sample(m={"vwc": "0.3"}), "invalid"),
    Word("an event nobody knows", Up.EVENT, event(k="crop.stolen"), "invalid"),
    Word("an event with a tree in it", Up.EVENT, event(d={"a": {"b": 1}}), "invalid"),
    Word("an event with a page in it", Up.EVENT, event(d={"a": "x" * 201}), "invalid"),
    Word("a sample as an event", Up.EVENT, sample(), "invalid"),
    Word("a birth that ends beyond 64 bits", Up.BIRTH, birth(last=MAX_SEQ + 1), "invalid"),
    Word("a birth with 65 zones", Up.BIRTH, birth(zones=[ZONE] * 65), "invalid"),
    Word("a birth with a flow below zero", Up.BIRTH, birth(zones=[ZONE | {"nominal_lpm": -1.0}]),
         "invalid"),
    Word("a will without a connection", Up.WILL, raw(b'{"session":0}'), "invalid"),
    Word("a question about nothing", Up.ASK, raw(b'{"id":"","nonce":""}'), "invalid"),
    Word("a chunk that inflates to 32 MB", Up.BACKFILL, bomb, "bomb"),
    Word("a chunk that ends too early", Up.BACKFILL, half, "deflate"),
    Word("a chunk that is no deflate", Up.BACKFILL,
         lambda voices: altered(packed(voices), body="AAAA"), "deflate"),
    Word("a chunk of which a bit was flipped", Up.BACKFILL,
         lambda voices: altered(packed(voices), crc=1), "crc"),
    Word("a chunk of columns that do not fit", Up.BACKFILL, misfit, "columns"),
    Word("a chunk with fewer rows than it says", Up.BACKFILL,
         lambda voices: altered(packed(voices), n=500), "columns"),
    Word("a day signed with a foreign key", Up.EVENT,
         summary(lambda _voices: FOREIGN_KEY, "rogue"), "signature"),
    Word("a day without a signature", Up.EVENT, unsigned, "signature"),
    Word("the victim's signed day", Up.EVENT,
         summary(lambda voices: voices.victims_key, "victim"), "signature"),
)  # fmt: skip
"""Each is set aside whole, under this reason, and stored nowhere."""


@dataclass(frozen=True)
class Pretence:
    """What is well formed, and about another: taken as the rogue's own word, or for nothing."""

    name: str
    kind: Up
    say: Callable[[Voices], bytes]


def about(kind: EventKind) -> Callable[[Voices], bytes]:
    def say(voices: Voices) -> bytes:
        return codec.encode(voices.rogue.event(kind, {"id": voices.victims_command}, "z1"))

    return say


def replayed(voices: Voices) -> bytes:
    return codec.encode(voices.victim.sample())


def rewritten(voices: Voices) -> bytes:
    """The number of a row that the victim has sent, with another content."""
    return altered(voices.victim.sample(), s=1, m={"vwc": 0.99})


def dropped(voices: Voices) -> bytes:
    body: Data = {"from": 1, "to": MAX_SEQ, "reason": "age"}
    return codec.encode(voices.rogue.event(EventKind.ROWS_DROPPED, body))


def stopped(number: int) -> Callable[[Voices], bytes]:
    return lambda voices: codec.encode(voices.rogue.event(EventKind.STOPPED, {"n": number}))


PRETENCES: Final = (
    Pretence("the victim's row under the own name", Up.LIVE, replayed),
    Pretence("another content for the victim's row", Up.LIVE, rewritten),
    Pretence("that the victim's command was taken", Up.EVENT, about(EventKind.COMMAND_ACCEPTED)),
    Pretence("that the victim's command was refused", Up.EVENT, about(EventKind.COMMAND_REJECTED)),
    Pretence("that the victim's command failed", Up.EVENT, about(EventKind.COMMAND_FAILED)),
    Pretence("that the victim's water flowed", Up.EVENT, about(EventKind.DOSE_ENDED)),
    Pretence("that all STOPs were obeyed", Up.EVENT, stopped(MAX_SEQ)),
    Pretence("that STOPs beyond 64 bits were obeyed", Up.EVENT, stopped(2**70)),
    Pretence("that the victim's connection is lost", Up.WILL,
             lambda _voices: codec.encode(Will(session=1))),
    Pretence("the question about the victim's command", Up.ASK,
             lambda voices: codec.encode(Ask(id=voices.victims_command, nonce="n" * 16))),
    Pretence("a birth in the victim's epoch", Up.BIRTH,
             lambda voices: altered(voices.rogue.birth(), epoch=voices.victim.epoch)),
    Pretence("a birth at the end of all numbers", Up.BIRTH,
             birth(oldest=MAX_SEQ, last=MAX_SEQ, session=2**62)),
    Pretence("that all rows there will ever be are lost", Up.EVENT, dropped),
)  # fmt: skip
"""Nothing of the victim's changes by any of them."""
