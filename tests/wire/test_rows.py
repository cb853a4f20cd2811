"""Rows are judged by the octets that came: quickly as devices write them, else written anew."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.conftest import event, sample
from wire import codec, rows
from wire.errors import DecodeError
from wire.messages import Sample

ROW = codec.encode(sample(1))
LIST = codec.encode_list([sample(1), sample(2), sample(3)])


@pytest.mark.parametrize("row", [sample(7), event(7)])
def test_a_sealed_row_bears_itself_out(row: Sample) -> None:
    assert rows.bears_out(codec.encode(row))


@pytest.mark.parametrize("whole", [ROW, LIST], ids=["row", "list"])
def test_what_devices_write_is_cut_where_it_stands(whole: bytes) -> None:
    found = rows.split(whole)
    assert found == codec.split_rows(whole)
    assert b"".join(found) in whole.replace(b"},{", b"}{")


@given(place=st.integers(0, len(LIST) - 1), bit=st.integers(0, 7))
def test_no_octet_may_change(place: int, bit: int) -> None:
    """However a payload was cut, a changed octet leaves one row fewer that is sound."""
    changed = bytearray(LIST)
    changed[place] ^= 1 << bit
    try:
        found = rows.split(bytes(changed))
    except DecodeError:
        return
    assert sum(map(_is_sound, found)) <= 2


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_anything_else_is_taken_apart_as_before(payload: bytes) -> None:
    def parts(of: bytes) -> list[bytes] | str:
        try:
            return codec.split_rows(of)
        except DecodeError as error:
            return error.code

    try:
        found: list[bytes] | str = rows.split(payload)
    except DecodeError as error:
        found = error.code
    assert found == parts(payload)


def test_a_row_in_another_order_is_checked_as_before() -> None:
    body = json.loads(ROW)
    other = json.dumps(dict(reversed(body.items()))).encode()
    assert not rows.bears_out(other)
    assert rows.split(other) == [ROW]


def test_more_rows_than_a_message_may_hold_are_refused() -> None:
    many = codec.encode_list([sample(1)] * (codec.MAX_ROWS + 1))
    with pytest.raises(DecodeError, match="rows"):
        rows.split(many)


def test_a_checksum_that_another_reader_made_is_no_way_around_the_model() -> None:
    """Octets that bear themselves out are still nothing but octets."""
    head, rest = b'{"b":"abcdefghijklmnop",', b'"e":1,"evil":true}'
    crc = zlib.crc32(rest, zlib.crc32(head))
    forged = head + b'"c":%d,' % crc + rest
    assert rows.bears_out(forged)
    assert rows.split(forged) == [forged]
    with pytest.raises(DecodeError):
        codec.decode(Sample, forged)


def _is_sound(octets: bytes) -> bool:
    try:
        row = codec.decode(Sample, octets)
        rows.check(row)
    except DecodeError:
        return False
    return True
