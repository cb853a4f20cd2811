"""Golden files: the bytes of every message, so that no version drifts in silence."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from wire import codec

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json"))


def test_every_message_has_its_golden_file(messages: dict[str, BaseModel]) -> None:
    assert sorted(messages) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_message_has_exactly_its_golden_bytes(name: str, messages: dict[str, BaseModel]) -> None:
    assert codec.encode(messages[name]) == (GOLDEN / f"{name}.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("name", NAMES)
def test_golden_bytes_decode_into_the_message(name: str, messages: dict[str, BaseModel]) -> None:
    payload = (GOLDEN / f"{name}.json").read_bytes()
    assert codec.decode(type(messages[name]), payload) == messages[name]
