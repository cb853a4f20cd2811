"""A packed day: small, exact to the last bit, and never taken for whole when it is damaged."""

import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.telemetry.packs import PackedRow, PackError, digest, pack, union, unpack
from wire.messages import MAX_UNIX_MS

DAY_MS = 86_400_000
NAMES = st.sampled_from(["air_c", "fill", "litres", "vwc"])
ROWS = st.lists(
    st.builds(
        PackedRow,
        epoch=st.sampled_from(["e1", "e2"]),
        seq=st.integers(1, 2**63 - 1),
        boot=st.sampled_from(["b1", "b2"]),
        uptime_ms=st.integers(0, 2**48),
        wall_ms=st.integers(0, MAX_UNIX_MS),
        quality=st.integers(0, 2),
        zone_key=st.sampled_from([None, "z1", "z2"]),
        metrics=st.dictionaries(NAMES, st.floats(allow_nan=False, allow_infinity=False)),
    ),
    max_size=30,
    unique_by=lambda row: row.key,
)


def day(zones: int = 2) -> list[PackedRow]:
    """A day of minutes as an agent tells it: four decimals, litres now and then."""
    return [
        PackedRow(
            epoch="e1",
            seq=1 + minute * zones + zone,
            boot="b1",
            uptime_ms=60_000 * minute + minute % 7,
            wall_ms=1_772_000_000_000 + 60_000 * minute + minute % 7,
            quality=2,
            zone_key=f"z{zone}",
            metrics={
                "vwc": round(0.31 - minute % 180 / 10_000, 4),
                "fill": round(0.93 - minute % 180 / 3_300, 4),
                "litres": 2.125 if minute % 180 == 0 else 0.0,
                "open_s": 17.0 if minute % 180 == 0 else 0.0,
            },
        )
        for minute in range(1440)
        for zone in range(zones)
    ]


@given(ROWS)
def test_every_row_comes_back_to_the_last_bit(rows: list[PackedRow]) -> None:
    found = unpack(pack(rows))
    assert len(found) == len(rows)
    assert {row.key: row for row in found} == {row.key: row for row in rows}
    assert digest(found) == digest(rows)  # tells -0.0 from 0.0, == would not


@given(ROWS)
def test_the_order_of_arrival_leaves_no_trace(rows: list[PackedRow]) -> None:
    assert pack(rows) == pack(rows[::-1])
    assert digest(rows) == digest(rows[::-1])


def test_a_reading_of_an_ordinary_day_takes_less_than_an_octet() -> None:
    rows = day()
    assert len(pack(rows)) / sum(len(row.metrics) for row in rows) < 1.0


def test_one_changed_value_is_another_digest() -> None:
    rows = day(1)
    other = [replace(rows[0], metrics={"vwc": 0.32}), *rows[1:]]
    assert digest(other) != digest(rows)


def test_two_parts_of_a_day_are_one_day_and_the_first_word_counts() -> None:
    rows = day(1)
    forged = replace(rows[700], metrics={"vwc": 0.9})
    assert union(rows[:800], [forged], rows[600:]) == rows


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\x02" + pack(day(1))[1:],
        pack(day(1))[:-1],
        pack(day(1))[:100] + b"\xff" + pack(day(1))[101:],
        b"\x01" + zlib.compress(b"not json"),
        b"\x01" + zlib.compress(b'[{"z":null,"e":"e1","c":{"s":[1]}}]'),
        b"\x01" + zlib.compress(
            b'[{"z":null,"e":"e1","c":{"s":[1,2],"b":["b"],"u":[1],"o":[0],"q":[0]}}]'
        ),
    ],
)  # fmt: skip
def test_what_pack_did_not_make_is_refused(blob: bytes) -> None:
    with pytest.raises(PackError):
        unpack(blob)
