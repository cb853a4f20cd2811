"""Backfill: many rows in one message, as columns of differences squeezed by raw deflate.

A week of minutes shrinks to about a hundredth of its live form; `up/h` carries it after an outage.
Form 2 is half of form 1. Every cloud reads form 1; who reads form 2 says so to a device at its
birth.
"""

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, StringConstraints

from wire import codec
from wire.columns import Column, expand, spell, squeeze
from wire.errors import DecodeError
from wire.messages import Crc, Epoch, Event, Message, Sample, Seq

MAX_ROWS: Final = 500
MAX_INFLATED: Final = 1 << 20
"""Octets after inflating; a bomb stops here."""

Form = Literal[1, 2]
OLDEST: Final[Form] = 1
NEWEST: Final[Form] = 2

Body = dict[str, Any]
"""Of a row, as JSON has it."""

_WINDOW: Final = -15  # raw deflate, no header
_METRIC: Final = "m."

_PROMISE: Final = re.compile(rb'"n":([0-9]{1,3})[,}]')

_MISFITS: Final = (
    ArithmeticError,  # a number too large for a float
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Backfill(BaseModel):
    """A chunk of rows of one epoch; `body` is base64 of the deflated columns.

    In form 1 columns are lists of values, or of differences of whole numbers. In form 2
    differences are characters, rows stand zone by zone, wall time is told as its distance from
    uptime, and where every row bears out its own checksum one of them all stands for them.
    """

    model_config = Message.model_config

    v: Form = OLDEST
    e: Epoch
    frm: Annotated[Seq, Field(alias="from")]
    to: Seq
    n: Annotated[int, Field(ge=1, le=MAX_ROWS)]
    crc: Crc
    body: Annotated[str, StringConstraints(max_length=60_000)]


def pack(rows: Sequence[Sample | Event], form: Form = OLDEST) -> Backfill:
    """Rows of one epoch, ascending by sequence number, as one chunk."""
    bodies = [row.model_dump(mode="json", exclude_none=True) for row in rows]
    plain = codec.dump(_listed(bodies) if form == OLDEST else _spelt(bodies))
    squeezed = _deflate(plain, zlib.Z_DEFAULT_STRATEGY if form == OLDEST else zlib.Z_FILTERED)
    return Backfill.model_validate(
        {
            "v": form,
            "e": rows[0].e,
            "from": rows[0].s,
            "to": rows[-1].s,
            "n": len(rows),
            "crc": zlib.crc32(plain),
            "body": base64.b64encode(squeezed).decode(),
        }
    )


def promised(payload: bytes) -> int:
    """How many rows a chunk says that it holds, before anybody reads it; the most, if it does not.

    `unpack` gives no more than it says.
    """
    told = _PROMISE.search(payload)
    return min(MAX_ROWS, int(told[1])) if told else MAX_ROWS


def unpack(chunk: Backfill) -> list[bytes]:
    """The canonical bytes of each row of a chunk, to be validated like live rows.

    Raises:
        DecodeError: the chunk does not inflate within its bounds to what it promises.
    """
    plain = _inflate(chunk.body)
    if zlib.crc32(plain) != chunk.crc:
        raise DecodeError("crc", "the chunk's checksum does not fit its content")
    try:
        columns = json.loads(plain)
        return _unlisted(chunk, columns) if chunk.v == OLDEST else _unspelt(chunk, columns)
    except _MISFITS:
        raise DecodeError("columns", "the chunk's columns do not fit together") from None


def _listed(bodies: Sequence[Body]) -> dict[str, object]:
    return {name: squeeze(column) for name, column in _columns(bodies).items()}


def _unlisted(chunk: Backfill, columns: Mapping[str, object]) -> list[bytes]:
    return [codec.dump(body) for body in _bodies(chunk, columns)]


def _spelt(bodies: Sequence[Body]) -> dict[str, object]:
    seals = [body["c"] for body in bodies]
    by_zone = sorted(bodies, key=lambda body: str(body.get("z", "")))
    columns = _columns(by_zone)
    columns["t"] = [body["t"] - body["u"] for body in by_zone]
    spelt = {name: spell(column) for name, column in columns.items()}
    if all(codec.crc(body) == body["c"] for body in bodies):
        spelt["c"] = _seal_of(seals)
    return spelt


def _unspelt(chunk: Backfill, columns: dict[str, object]) -> list[bytes]:
    seal = columns["c"]
    is_common = isinstance(seal, int)
    if is_common:
        del columns["c"]
    bodies = _bodies(chunk, columns)
    bodies.sort(key=lambda body: body["s"])
    for body in bodies:
        body["t"] += body["u"]
        if is_common:
            body["c"] = codec.crc(body)
    if is_common and _seal_of([body["c"] for body in bodies]) != seal:
        raise DecodeError("crc", "the rows' checksum does not fit them")
    return [codec.dump(body) for body in bodies]


def _seal_of(seals: Sequence[object]) -> int:
    return zlib.crc32(codec.dump({"c": seals}))


def _columns(bodies: Sequence[Body]) -> dict[str, Column]:
    flat = [_flat(body) for body in bodies]
    names = {name for body in flat for name in body} - {"e", "v"}
    return {name: [body.get(name) for body in flat] for name in sorted(names)}


def _bodies(chunk: Backfill, squeezed: Mapping[str, object]) -> list[Body]:
    columns = {name: expand(column) for name, column in squeezed.items()}
    metrics = {
        name.removeprefix(_METRIC): columns.pop(name)
        for name in list(columns)
        if name.startswith(_METRIC)
    }
    return [_row(chunk.e, _at(columns, i), _at(metrics, i)) for i in range(chunk.n)]


def _deflate(plain: bytes, strategy: int) -> bytes:
    """Noise told in characters repeats nothing worth a reference: `Z_FILTERED` tells so."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, _WINDOW, strategy=strategy)
    return squeezer.compress(plain) + squeezer.flush()


def _inflate(body: str) -> bytes:
    try:
        squeezed = base64.b64decode(body, validate=True)
        inflater = zlib.decompressobj(_WINDOW)
        plain = inflater.decompress(squeezed, MAX_INFLATED + 1)
    except (ValueError, zlib.error):
        raise DecodeError("deflate", "the chunk's body does not inflate") from None
    if len(plain) > MAX_INFLATED:
        raise DecodeError("bomb", f"the chunk inflates to more than {MAX_INFLATED} octets")
    if not inflater.eof:
        raise DecodeError("deflate", "the chunk's body ends too early")
    return plain


def _flat(body: Body) -> Body:
    flat = {name: value for name, value in body.items() if name != "m"}
    metrics = body.get("m", {})
    return flat | {_METRIC + name: value for name, value in metrics.items()}


def _at(columns: Mapping[str, Column], place: int) -> Body:
    return {name: column[place] for name, column in columns.items() if column[place] is not None}


def _row(epoch: str, body: Body, metrics: Body) -> Body:
    if metrics:
        body["m"] = metrics
    body["e"], body["v"] = epoch, 1
    return body
