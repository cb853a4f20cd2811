"""Backfill: many rows in one message, as columns of differences squeezed by raw deflate.

A week of minutes shrinks to about a hundredth of its live form; `up/h` carries it after an outage.
"""

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from wire import codec
from wire.columns import Column, expand, squeeze
from wire.errors import DecodeError
from wire.messages import Crc, Epoch, Event, Message, Sample, Seq

MAX_ROWS: Final = 500
MAX_INFLATED: Final = 1 << 20
"""Octets after inflating; a bomb stops here."""

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


class Backfill(Message):
    """A chunk of rows of one epoch; `body` is base64 of the deflated columns."""

    e: Epoch
    frm: Annotated[Seq, Field(alias="from")]
    to: Seq
    n: Annotated[int, Field(ge=1, le=MAX_ROWS)]
    crc: Crc
    body: Annotated[str, StringConstraints(max_length=60_000)]


def pack(rows: Sequence[Sample | Event]) -> Backfill:
    """Rows of one epoch, ascending by sequence number, as one chunk."""
    bodies = [_flat(row.model_dump(mode="json", exclude_none=True)) for row in rows]
    names = {name for body in bodies for name in body} - {"e", "v"}
    columns = {name: squeeze([body.get(name) for body in bodies]) for name in sorted(names)}
    plain = codec.dump(columns)
    squeezer = zlib.compressobj(9, zlib.DEFLATED, _WINDOW)
    squeezed = squeezer.compress(plain) + squeezer.flush()
    return Backfill.model_validate(
        {
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
        columns = {name: expand(column) for name, column in json.loads(plain).items()}
        metrics = {
            name.removeprefix(_METRIC): columns.pop(name)
            for name in list(columns)
            if name.startswith(_METRIC)
        }
        return [_row(chunk.e, _at(columns, i), _at(metrics, i)) for i in range(chunk.n)]
    except _MISFITS:
        raise DecodeError("columns", "the chunk's columns do not fit together") from None


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


def _flat(body: dict[str, object]) -> dict[str, object]:
    metrics = body.pop("m", None)
    if isinstance(metrics, dict):
        body.update({_METRIC + name: value for name, value in metrics.items()})
    return body


def _at(columns: Mapping[str, Column], place: int) -> dict[str, object]:
    return {name: column[place] for name, column in columns.items() if column[place] is not None}


def _row(epoch: str, body: dict[str, object], metrics: dict[str, object]) -> bytes:
    if metrics:
        body["m"] = metrics
    body["e"], body["v"] = epoch, 1
    return codec.dump(body)
