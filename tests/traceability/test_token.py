import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import KeyFileError, SerialError
from traceability.keys import SeasonKey, derive, keyring
from traceability.token import (
    ALPHABET,
    FIELD_LIMIT,
    Stamp,
    grouped,
    issue,
    normalise,
    read,
    serials,
)

KEY = derive(bytes(range(32)), "2026-2", kid=3)
RING = keyring([KEY])
FIELDS = st.integers(0, FIELD_LIMIT - 1)


@given(FIELDS, FIELDS)
def test_a_serial_tells_its_issuance_and_index(issuance: int, index: int) -> None:
    assert read(issue(KEY, issuance, index), RING) == Stamp(3, issuance, index)


def test_the_format_on_printed_stamps_never_changes() -> None:
    assert issue(KEY, 1, 0) == "6P15BG0HTT0NEYB30CB9"
    assert list(serials(KEY, 1, range(2))) == [issue(KEY, 1, 0), issue(KEY, 1, 1)]


@given(st.integers(0, 15), FIELDS, st.integers(0, FIELD_LIMIT - 40), st.integers(1, 40))
def test_many_at_once_are_the_same_serials(
    kid: int, issuance: int, first: int, count: int
) -> None:
    key = derive(bytes(range(32)), "2026-2", kid=kid)
    indices = range(first, first + count)
    assert list(serials(key, issuance, indices)) == [issue(key, issuance, one) for one in indices]


def test_many_at_once_are_refused_as_one_is() -> None:
    for issuance, indices in (
        (FIELD_LIMIT, range(1)),
        (1, range(FIELD_LIMIT, FIELD_LIMIT + 1)),
        (1, range(FIELD_LIMIT - 1, FIELD_LIMIT + 1)),
        (1, range(-1, 1)),
    ):
        with pytest.raises(SerialError):
            list(serials(KEY, issuance, indices))
    assert list(serials(KEY, 1, range(0))) == []


@given(FIELDS, FIELDS, st.integers(0, 19), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_refused(issuance: int, index: int, place: int, wrong: str) -> None:
    serial = issue(KEY, issuance, index)
    tampered = serial[:place] + wrong + serial[place + 1 :]
    if tampered != serial:
        with pytest.raises(SerialError):
            read(tampered, RING)


def spelled(number: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(20)))


def test_each_of_the_48_zeros_is_looked_at() -> None:
    """One left out would double the chance of every guess."""
    assert read(spelled(3 << 96 | KEY.cipher.encrypt(0)), RING) == Stamp(3, 0, 0)
    for bit in range(48):
        with pytest.raises(SerialError):
            read(spelled(3 << 96 | KEY.cipher.encrypt(1 << bit)), RING)


@given(st.text(ALPHABET, min_size=20, max_size=20))
def test_an_invented_serial_is_refused(serial: str) -> None:
    with pytest.raises(SerialError, match="not one of ours"):
        read(serial, RING)


@given(FIELDS, st.sampled_from(["-", " ", "\n"]))
def test_what_people_type_is_understood(index: int, gap: str) -> None:
    serial = issue(KEY, 7, index)
    typed = grouped(serial).replace(" ", gap).lower().replace("0", "o").replace("1", "l")
    assert normalise(typed) == serial
    assert read(typed, RING).index == index


def test_a_serial_is_read_aloud_in_groups_of_four() -> None:
    assert grouped("ABCDEFGHJKMNPQRSTVWX") == "ABCD EFGH JKMN PQRS TVWX"


@pytest.mark.parametrize("text", ["", "ABC", "U" * 20, "A" * 21, "Ж" * 20, "A" * 19 + "?"])
def test_what_is_no_serial_is_refused(text: str) -> None:
    with pytest.raises(SerialError, match="20 letters and digits"):
        read(text, RING)


@pytest.mark.parametrize(("issuance", "index"), [(-1, 0), (0, FIELD_LIMIT), (FIELD_LIMIT, 0)])
def test_numbers_beyond_the_fields_are_refused(issuance: int, index: int) -> None:
    with pytest.raises(SerialError):
        issue(KEY, issuance, index)


def test_neighbours_look_unrelated() -> None:
    printed = list(serials(KEY, 1, range(1000)))
    assert len(set(printed)) == 1000
    assert printed != sorted(printed)


def test_another_season_or_master_cannot_read_a_stamp() -> None:
    serial = issue(KEY, 1, 1)
    for stranger in (derive(bytes(range(32)), "2027-1", 3), derive(bytes(32), "2026-2", 3)):
        with pytest.raises(SerialError):
            read(serial, keyring([stranger]))


def test_two_seasons_under_one_id_are_refused() -> None:
    with pytest.raises(KeyFileError, match="share an id"):
        keyring([KEY, derive(bytes(32), "2027-1", 3)])


@pytest.mark.parametrize(("master", "kid"), [(bytes(16), 1), (bytes(32), 16), (bytes(32), -1)])
def test_a_weak_master_or_an_impossible_id_is_refused(master: bytes, kid: int) -> None:
    with pytest.raises(KeyFileError):
        derive(master, "2026-2", kid)


def test_a_key_never_shows_in_a_log(key: SeasonKey) -> None:
    assert repr(key) == "SeasonKey(kid=3, season='2026-2')"
