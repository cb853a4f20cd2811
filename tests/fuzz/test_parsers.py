"""Whatever bytes arrive, only errors of the contract come out of what reads them."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import bent, squeezed, torn
from tests.fuzz.parsers import Reader, golden, readers, tame

VALID = golden()
NESTED = (b"[" * 5_000, b'{"doc":' * 900 + b"1" + b"}" * 900, b'{"a":' * 150 + b"1" + b"}" * 150)
fast = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Reader]]:
    with readers(tmp_path_factory.mktemp("edge")) as found:
        yield found


def all_read(every: dict[str, Reader], payload: bytes) -> None:
    for reader in every.values():
        tame(reader, payload)


def test_each_kind_of_message_has_a_reader_that_takes_it(every: dict[str, Reader]) -> None:
    """Else everything below would be refused at the door."""
    for name, model in (("sample", "Sample"), ("desired", "Desired"), ("backfill", "Backfill")):
        every[f"decode {model}"](VALID[name])
    every["unpack"](VALID["backfill"])
    every["settings"](VALID["desired"])


@fast
@given(st.binary(max_size=400))
def test_any_bytes(every: dict[str, Reader], payload: bytes) -> None:
    all_read(every, payload)


@pytest.mark.parametrize("name", sorted(VALID))
@fast
@given(st.data())
def test_valid_messages_bent_in_their_structure(
    every: dict[str, Reader], name: str, data: st.DataObject
) -> None:
    all_read(every, data.draw(bent(VALID[name])))


@pytest.mark.parametrize("name", sorted(VALID))
@fast
@given(st.data())
def test_valid_messages_torn_in_their_octets(
    every: dict[str, Reader], name: str, data: st.DataObject
) -> None:
    all_read(every, data.draw(torn(VALID[name])))


@fast
@given(squeezed(VALID["backfill"]))
def test_chunks_whose_columns_are_odd(every: dict[str, Reader], payload: bytes) -> None:
    all_read(every, payload)


@pytest.mark.parametrize("payload", NESTED, ids=len)
def test_nesting_without_end(every: dict[str, Reader], payload: bytes) -> None:
    all_read(every, payload)


def test_a_reader_that_breaks_is_noticed() -> None:
    def breaks(payload: bytes) -> object:
        return payload.decode()

    with pytest.raises(UnicodeDecodeError):
        tame(breaks, b"\xff")
