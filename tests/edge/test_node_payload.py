"""Whatever lies on the farm's broker, reading it gives a number, a word or a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.node_payload import MOST_BYTES, Unread, number, word


@pytest.mark.parametrize(
    ("payload", "path", "value"),
    [
        (b"42", None, 42.0),
        (b" 31.5\n", None, 31.5),
        (b"-3", None, -3.0),
        (b'{"soil_moisture": 42, "battery": 90}', "soil_moisture", 42.0),
        (b'{"Time": "07:00", "ANALOG": {"A0": 512}}', "ANALOG.A0", 512.0),
    ],
)
def test_a_number_is_read(payload: bytes, path: str | None, value: float) -> None:
    assert number(payload, path) == value


@pytest.mark.parametrize(
    ("payload", "path", "why"),
    [
        (b"", None, Unread.GARBLED),
        (b"unknown", None, Unread.GARBLED),
        (b"nan", None, Unread.GARBLED),
        (b"1e400", None, Unread.GARBLED),
        (b"1_000", None, Unread.GARBLED),
        ("٤٢".encode(), None, Unread.GARBLED),
        (b"{", "a", Unread.GARBLED),
        (b"\xff\xfe", "a", Unread.GARBLED),
        (b'{"a": NaN}', "a", Unread.GARBLED),
        (b'{"a": -Infinity}', "a", Unread.GARBLED),
        (b'{"a": 1e999}', "a", Unread.OUT_OF_RANGE),
        (b'{"a": true}', "a", Unread.GARBLED),
        (b'{"a": "42"}', "a", Unread.GARBLED),
        (b'{"a": null}', "a", Unread.GARBLED),
        (b'{"b": 1}', "a", Unread.NO_FIELD),
        (b"42", "a", Unread.NO_FIELD),
        (b'{"a": 1}', "a.b", Unread.NO_FIELD),
        (b"[" * MOST_BYTES, "a", Unread.GARBLED),
        (b'{"a": ' + b"9" * 1000 + b"}", "a", Unread.OUT_OF_RANGE),
        (b" " * MOST_BYTES + b"42", None, Unread.TOO_LONG),
    ],
)
def test_anything_else_gives_a_reason(payload: bytes, path: str | None, why: Unread) -> None:
    assert number(payload, path) is why


def test_a_word_comes_bare_or_in_json() -> None:
    assert word(b"online", "state") == "online"
    assert word(b'{"state": "offline"}', "state") == "offline"
    assert word(b"Online", None) == "Online"


@pytest.mark.parametrize("payload", [b'{"state": 1}', b'{"is": "x"}', b"{", b"x" * 3000])
def test_a_word_that_is_none(payload: bytes) -> None:
    assert word(payload, "state") is None


@given(st.binary(max_size=200), st.sampled_from([None, "a", "a.b"]))
def test_no_bytes_raise(payload: bytes, path: str | None) -> None:
    assert isinstance(number(payload, path), float | Unread)
    assert isinstance(word(payload, path), str | None)
