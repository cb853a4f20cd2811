"""Chunks of rows: exact, small, and safe against what a hostile device may send."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.conftest import event, sample
from wire import backfill, codec
from wire.backfill import Backfill
from wire.codes import Metric
from wire.errors import DecodeError
from wire.messages import Event, Sample

METRICS = st.dictionaries(
    st.sampled_from([metric.value for metric in Metric]),
    st.floats(allow_nan=False, allow_infinity=False),
    min_size=1,
    max_size=4,
)


@given(st.lists(METRICS, min_size=1, max_size=20))
def test_rows_come_back_to_the_last_bit(maps: list[dict[str, float]]) -> None:
    rows = [sample(7 * i + 1, "z1" if i % 2 else None, **m) for i, m in enumerate(maps)]
    assert backfill.unpack(backfill.pack(rows)) == [codec.encode(row) for row in rows]


def test_samples_and_events_travel_together() -> None:
    rows: list[Sample | Event] = [sample(1), event(2), sample(3, None, air_c=28.4)]
    assert backfill.unpack(backfill.pack(rows)) == [codec.encode(row) for row in rows]


def test_a_chunk_is_far_smaller_than_its_rows() -> None:
    rows = [
        sample(i, vwc=round(0.23 + i / 10_000, 4), fill=0.91, litres=0.0) for i in range(1, 501)
    ]
    live = sum(len(codec.encode(row)) for row in rows)
    assert len(codec.encode(backfill.pack(rows))) < live / 15


def chunk(plain: bytes, n: int = 1) -> Backfill:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezer.compress(plain) + squeezer.flush()
    values = backfill.pack([sample()]).model_dump(by_alias=True)
    return Backfill.model_validate(
        values | {"n": n, "crc": zlib.crc32(plain), "body": base64.b64encode(body).decode()}
    )


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        (b" " * (backfill.MAX_INFLATED + 1), "bomb"),
        (b"not json", "columns"),
        (b"[]", "columns"),
        (b'{"s":5}', "columns"),
        (b'{"s":[]}', "columns"),
        (b'{"s":{"k":99,"d":[1]}}', "columns"),
        (b'{"s":{"k":0,"d":["1"]}}', "columns"),
        (b'{"s":{"d":[1]}}', "columns"),
        (b'{"s":{"k":1,"d":[1' + b"0" * 400 + b"]}}", "columns"),
        (b'{"u":[1e999]}', "columns"),
        (b'{"b":["\\ud800"]}', "columns"),
    ],
)
def test_a_rotten_chunk_is_refused_with_its_reason(plain: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        backfill.unpack(chunk(plain))
    assert caught.value.code == code


def test_a_body_that_does_not_inflate_or_has_changed_is_refused() -> None:
    good = backfill.pack([sample()])
    with pytest.raises(DecodeError, match="deflate"):
        backfill.unpack(good.model_copy(update={"body": "AAAA"}))
    with pytest.raises(DecodeError, match="crc"):
        backfill.unpack(good.model_copy(update={"crc": good.crc ^ 1}))


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=6))
def test_no_columns_break_the_unpacker(value: object) -> None:
    plain = json.dumps({"s": value, "m.vwc": value}).encode()
    try:
        rows = backfill.unpack(chunk(plain))
    except DecodeError:
        return
    assert all(isinstance(json.loads(row), dict) for row in rows)
