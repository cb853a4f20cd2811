"""What is kept as a recording, and what only begins like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.media.sound import Kind, kind_of
from tests.cloud.media.sounds import NO_SOUNDS, SOUNDS


@pytest.mark.parametrize("name", SOUNDS)
def test_a_recording_is_known_by_its_octets(name: str) -> None:
    kind, made = SOUNDS[name]
    assert kind_of(made()) is Kind(kind)


@pytest.mark.parametrize("name", NO_SOUNDS)
def test_what_is_more_or_less_than_a_recording_is_none(name: str) -> None:
    assert kind_of(NO_SOUNDS[name]()) is None


@given(st.sampled_from(sorted(SOUNDS)), st.data())
def test_no_octet_changed_or_cut_breaks_the_reader(name: str, data: st.DataObject) -> None:
    octets = bytearray(SOUNDS[name][1]())
    for _change in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(octets[: data.draw(st.integers(0, len(octets)))])
    assert kind_of(cut) in {None, *Kind}


@given(st.sampled_from([b"OggS", b"\x1a\x45\xdf\xa3", b"\0\0\0\x0cftyp"]), st.binary(max_size=200))
def test_any_octets_are_judged(magic: bytes, rest: bytes) -> None:
    assert kind_of(magic + rest) in {None, *Kind}
