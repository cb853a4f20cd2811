"""Chunks of rows: exact, small, and safe against what a hostile device may send."""

import base64
import json
import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.conftest import event, sample
from wire import backfill, codec
from wire.backfill import Backfill, Form
from wire.codes import Metric
from wire.errors import DecodeError
from wire.messages import Event, Sample

METRICS = st.dictionaries(
    st.sampled_from([metric.value for metric in Metric]),
    st.floats(allow_nan=False, allow_infinity=False),
    min_size=1,
    max_size=4,
)


FORMS = (backfill.OLDEST, backfill.NEWEST)


@given(st.lists(METRICS, min_size=1, max_size=20), st.sampled_from(FORMS))
def test_rows_come_back_to_the_last_bit(maps: list[dict[str, float]], form: Form) -> None:
    rows = [sample(7 * i + 1, "z1" if i % 2 else None, **m) for i, m in enumerate(maps)]
    assert backfill.unpack(backfill.pack(rows, form)) == [codec.encode(row) for row in rows]


@pytest.mark.parametrize("form", FORMS)
def test_samples_and_events_travel_together(form: Form) -> None:
    rows: list[Sample | Event] = [sample(1), event(2), sample(3, None, air_c=28.4)]
    assert backfill.unpack(backfill.pack(rows, form)) == [codec.encode(row) for row in rows]


def test_a_row_that_denies_its_own_checksum_arrives_as_it_left() -> None:
    rows = [sample(1), sample(2).model_copy(update={"c": 5}), sample(3)]
    chunk = backfill.pack(rows, backfill.NEWEST)
    assert backfill.unpack(chunk) == [codec.encode(row) for row in rows]


def test_one_checksum_stands_for_those_of_all_rows() -> None:
    packed = backfill.pack([sample(1), sample(2)], backfill.NEWEST)
    plain = zlib.decompress(base64.b64decode(packed.body), -15)
    columns = json.loads(plain)
    with pytest.raises(DecodeError, match="rows' checksum"):
        backfill.unpack(chunk(codec.dump(columns | {"c": columns["c"] ^ 1}), n=2, v=2))


def test_noise_in_every_reading_costs_little_more_than_half() -> None:
    chance = Random(7)
    rows, level = [], 0.3
    for number in range(1, 501):
        level += chance.gauss(0, 0.0006)
        told = {metric.value: round(level + chance.gauss(0, 0.002), 4) for metric in Metric}
        rows.append(sample(number, "z1", **told))
    older, newer = (len(codec.encode(backfill.pack(rows, form))) for form in FORMS)
    assert newer < older * 0.6
    assert newer < 500 * 18


def test_an_older_cloud_refuses_the_newer_form_whole() -> None:
    """It stores nothing of it and acknowledges nothing, so that no row is lost."""
    packed = backfill.pack([sample(1), sample(2)], backfill.NEWEST)
    with pytest.raises(DecodeError):
        backfill.unpack(packed.model_copy(update={"v": backfill.OLDEST}))


def test_a_chunk_is_far_smaller_than_its_rows() -> None:
    rows = [
        sample(i, vwc=round(0.23 + i / 10_000, 4), fill=0.91, litres=0.0) for i in range(1, 501)
    ]
    live = sum(len(codec.encode(row)) for row in rows)
    assert len(codec.encode(backfill.pack(rows))) < live / 15


def chunk(plain: bytes, n: int = 1, v: Form = 1) -> Backfill:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezer.compress(plain) + squeezer.flush()
    values = backfill.pack([sample()]).model_dump(by_alias=True)
    return Backfill.model_validate(
        values
        | {"v": v, "n": n, "crc": zlib.crc32(plain), "body": base64.b64encode(body).decode()}
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
@pytest.mark.parametrize("form", FORMS)
def test_a_rotten_chunk_is_refused_with_its_reason(plain: bytes, code: str, form: Form) -> None:
    with pytest.raises(DecodeError) as caught:
        backfill.unpack(chunk(plain, v=form))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "column",
    [
        b'{"k":-1,"d":"%%"}',
        b'{"k":-1,"at":1.5,"d":"%%"}',
        b'{"k":-1,"at":null,"d":"%%"}',
        b'{"k":6,"at":1' + b"0" * 400 + b',"d":"%%"}',
        b'{"k":-1,"at":1,"d":"%"}',
        b'{"k":-1,"at":1,"d":""}',
        b"[1]",
        b"7",
        b"null",
    ],
)
def test_a_rotten_column_of_characters_is_refused(column: bytes) -> None:
    plain = b'{"c":0,"s":[1,2],"u":[1,2],"t":%b}' % column
    with pytest.raises(DecodeError):
        backfill.unpack(chunk(plain, n=2, v=2))


def test_a_body_that_does_not_inflate_or_has_changed_is_refused() -> None:
    good = backfill.pack([sample()])
    with pytest.raises(DecodeError, match="deflate"):
        backfill.unpack(good.model_copy(update={"body": "AAAA"}))
    with pytest.raises(DecodeError, match="crc"):
        backfill.unpack(good.model_copy(update={"crc": good.crc ^ 1}))


@given(
    st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=6),
    st.sampled_from(FORMS),
)
def test_no_columns_break_the_unpacker(value: object, form: Form) -> None:
    spelt = {"k": 4, "at": 1, "d": value}
    plain = json.dumps({"c": 1, "s": [1], "t": [1], "u": value, "m.vwc": spelt}).encode()
    try:
        rows = backfill.unpack(chunk(plain, v=form))
    except DecodeError:
        return
    assert all(isinstance(json.loads(row), dict) for row in rows)
