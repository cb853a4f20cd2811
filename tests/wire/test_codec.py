"""The one encoding, its checksums and codes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.wire.conftest import DEVICE, KEY, event, sample
from wire import codec, rows
from wire.errors import DecodeError, MacError
from wire.messages import Command, Go, Sample, Will
from wire.topics import Down, down

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b'{"v":1,"session":', "not_json"),
        (b'{"v":2,"session":1}', "version"),
        (b'{"v":1,"session":"1"}', "invalid"),
        (b'{"v":1,"session":1,"extra":0}', "invalid"),
        (b'{"v":1,"session":0}', "invalid"),
        (b"[" * 60_000, "not_json"),
        (b" " * 65_537, "too_large"),
    ],
)
def test_a_rotten_payload_is_refused_with_its_reason(payload: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec.decode(Will, payload)
    assert caught.value.code == code


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    payload = codec.encode(sample()).replace(b"0.2315", value.encode())
    with pytest.raises(DecodeError):
        codec.decode(Sample, payload)


def test_a_reason_never_repeats_the_content() -> None:
    with pytest.raises(DecodeError) as caught:
        codec.decode(Will, b'{"v":1,"session":"<script>"}')
    assert "script" not in caught.value.reason


@given(JSON)
def test_no_json_breaks_the_decoder(value: object) -> None:
    payload = json.dumps(value).encode()
    for model in (Sample, Command, Go):
        with pytest.raises(DecodeError):
            codec.decode(model, payload)


@given(st.binary(max_size=200))
def test_no_octets_break_the_row_splitter(payload: bytes) -> None:
    try:
        found = codec.split_rows(payload)
    except DecodeError:
        return
    assert all(json.loads(row) is not None for row in found)


def test_one_object_and_a_list_of_objects_split_alike() -> None:
    first, second = codec.encode(sample(1)), codec.encode(sample(2))
    assert codec.split_rows(first) == [first]
    assert codec.split_rows(codec.encode_list([sample(1), sample(2)])) == [first, second]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"[]", "rows"),
        (b"[" + b",".join([b"{}"] * 65) + b"]", "rows"),
        (b"[1]", "not_object"),
        (b"[NaN]", "not_json"),
        (b"[" * 60_000 + b"]" * 60_000, "too_large"),
        (b"[" * 30_000 + b"]" * 30_000, "not_json"),
        (b"x" * 65_537, "too_large"),
        (b'{"m":1e999}', "not_json"),
        (b'{"b":"\\ud800"}', "not_json"),
    ],
)
def test_a_rotten_list_is_refused_with_its_reason(payload: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec.split_rows(payload)
    assert caught.value.code == code


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_a_flipped_bit_never_passes_the_checksum(position: int, bit: int) -> None:
    sealed = sample()
    payload = bytearray(codec.encode(sealed))
    payload[position % len(payload)] ^= 1 << bit
    try:
        read = codec.decode(Sample, bytes(payload))
        rows.check(read)
    except DecodeError:
        return
    assert read == sealed  # e.g. a flip inside "1.0e0"-like spellings that mean the same value


def test_an_event_is_bound_to_the_one_before_it() -> None:
    first = event(2)
    second = event(3, first.h)
    assert rows.link(second, first.h) == second.h
    assert rows.link(second, codec.GENESIS) != second.h


def test_a_sealed_row_passes_and_a_changed_one_does_not() -> None:
    rows.check(event())
    with pytest.raises(DecodeError):
        rows.check(event().model_copy(update={"t": 1}))


@pytest.mark.parametrize("name", ["command", "stop"])
def test_a_code_holds_for_its_key_its_topic_and_its_content(
    name: str, messages: dict[str, BaseModel]
) -> None:
    signed = messages[name]
    assert isinstance(signed, Command)
    topic = down(DEVICE, Down.CMD)
    codec.verify(signed, topic, KEY)
    for message, at, key in [
        (signed, topic, bytes(32)),
        (signed, down(DEVICE, Down.GO), KEY),
        (signed.model_copy(update={"exp": signed.exp + 1}), topic, KEY),
        (signed.model_copy(update={"mac": None}), topic, KEY),
    ]:
        with pytest.raises(MacError):
            codec.verify(message, at, key)


@pytest.mark.parametrize(
    "change",
    [
        {"litres": None},
        {"max_s": None},
        {"zone": None},
        {"n": 1},
        {"op": "stop"},
        {"op": "pause"},
        {"litres": -1.0},
        {"for_s": 604_801.0},
    ],
)
def test_a_command_without_its_bounds_is_no_command(
    change: dict[str, object], messages: dict[str, BaseModel]
) -> None:
    body = messages["command"].model_dump(mode="json") | change
    with pytest.raises(DecodeError):
        codec.decode(Command, json.dumps(body).encode())
