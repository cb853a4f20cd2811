"""Sealed stamps: what was signed is read back, and nothing else is read at all."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.traceability.conftest import MASTER
from traceability.errors import SerialError, TraceabilityError
from traceability.qr import png, symbol
from traceability.sealed import (
    DIGITS,
    FIRST_DAY,
    Seal,
    derive,
    issue,
    lot_check,
    read,
    sealed_link,
)
from traceability.token import FIELD_LIMIT

KEYS = {3: derive(MASTER, "2026-2"), 4: derive(MASTER, "2027-1")}
PUBLIC: dict[int, Ed25519PublicKey] = {kid: key.public_key() for kid, key in KEYS.items()}
SEAL = Seal(3, 12, 345, date(2026, 11, 23), simulated=False, lot_check=lot_check("20261123-Z1-01"))

numbers = st.integers(0, FIELD_LIMIT - 1)
seals = st.builds(
    Seal,
    kid=st.sampled_from(sorted(KEYS)),
    issuance=numbers,
    index=numbers,
    harvested_on=st.dates(FIRST_DAY, FIRST_DAY + timedelta(days=65_535)),
    simulated=st.booleans(),
    lot_check=st.binary(min_size=2, max_size=2),
)


@given(seals)
def test_what_was_sealed_is_read_back(seal: Seal) -> None:
    digits = issue(seal, KEYS[seal.kid])
    assert len(digits) == DIGITS
    assert read(digits, PUBLIC) == seal
    assert issue(seal, KEYS[seal.kid]) == digits


def test_the_format_on_printed_stamps_never_changes() -> None:
    assert issue(SEAL, KEYS[3]) == (
        "00788407987767087704594533219466088164883886765009246136959651562607365720213433782932"
        "06758485422021650797272599636727574596348363824150669007054004412950753636065649668937"
        "718354870538"
    )


def by_hand(first: int, flags: int) -> str:
    """A stamp signed octet by octet: version and key, issuance, index, day, flags, lot."""
    day = (SEAL.harvested_on - date(2020, 1, 1)).days
    head = bytes([first, 0, 0, 12, 0, 1, 89, *day.to_bytes(2), flags]) + SEAL.lot_check
    signature = KEYS[3].sign(b"vuonso sealed stamp 1\n" + head)
    return f"{int.from_bytes(head + signature):0184}"


def test_every_octet_stands_where_it_always_stood() -> None:
    assert read(by_hand(0x13, 0), PUBLIC) == SEAL
    assert read(by_hand(0x13, 1), PUBLIC) == replace(SEAL, simulated=True)


@pytest.mark.parametrize(("first", "flags"), [(0x03, 0), (0x23, 0), (0x13, 2), (0x13, 3)])
def test_what_a_later_version_may_mean_is_not_guessed(first: int, flags: int) -> None:
    with pytest.raises(SerialError, match="no sealed stamp that is known"):
        read(by_hand(first, flags), PUBLIC)


@pytest.mark.parametrize(
    "seal",
    [
        Seal(0, 0, 0, FIRST_DAY, simulated=False, lot_check=bytes(2)),
        Seal(
            15,
            FIELD_LIMIT - 1,
            FIELD_LIMIT - 1,
            FIRST_DAY + timedelta(days=65_535),
            simulated=True,
            lot_check=b"\xff\xff",
        ),
    ],
    ids=["least", "most"],
)
def test_the_ends_of_every_field_are_sealed(seal: Seal) -> None:
    assert read(issue(seal, KEYS[3]), {seal.kid: PUBLIC[3]}) == seal


def test_a_link_is_the_host_and_the_digits() -> None:
    assert sealed_link("https://txng.vn/", "0078") == "https://TXNG.VN/S/0078"


@given(st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_one_changed_digit_is_always_refused(place: int, step: int) -> None:
    digits = issue(SEAL, KEYS[3])
    changed = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
    with pytest.raises(SerialError):
        read(changed, PUBLIC)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.text("0123456789", min_size=DIGITS, max_size=DIGITS)))
def test_whatever_is_read_only_our_errors_come_out(text: str) -> None:
    with pytest.raises(TraceabilityError):
        read(text, PUBLIC)


def test_the_key_of_another_season_signs_nothing_here() -> None:
    with pytest.raises(SerialError, match="not one of ours"):
        read(issue(SEAL, KEYS[4]), PUBLIC)
    with pytest.raises(SerialError, match="not known"):
        read(issue(SEAL, KEYS[3]), {4: PUBLIC[4]})


def test_other_digits_of_unicode_are_no_digits() -> None:
    digits = issue(SEAL, KEYS[3])
    arabic = digits.translate({ord("0") + value: 0x0660 + value for value in range(10)})
    with pytest.raises(SerialError):
        read(arabic, PUBLIC)


def test_it_says_of_which_lot_it_is() -> None:
    assert SEAL.fits_lot("20261123-Z1-01")
    assert not SEAL.fits_lot("20261123-Z1-02")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kid": 16},
        {"kid": -1},
        {"issuance": FIELD_LIMIT},
        {"issuance": -1},
        {"index": FIELD_LIMIT},
        {"index": -1},
        {"harvested_on": date(2019, 12, 31)},
        {"harvested_on": FIRST_DAY + timedelta(days=65_536)},
        {"lot_check": b"abc"},
    ],
    ids=lambda wrong: "-".join(wrong) + str(*wrong.values()),
)
def test_what_does_not_fit_is_not_sealed(wrong: dict[str, object]) -> None:
    told = {name: getattr(SEAL, name) for name in Seal.__dataclass_fields__}
    with pytest.raises(SerialError, match="do not fit"):
        issue(Seal(**(told | wrong)), KEYS[3])


def test_its_code_is_a_symbol_of_version_6() -> None:
    """Host and digits stay below 41 x 41 modules: 20.7 mm at 300 dpi."""
    link = f"https://TXNG.VN/S/{issue(SEAL, KEYS[3])}"
    code = symbol(link)
    assert code.size == 41
    image = Image.open(io.BytesIO(png(code, dots=5)))
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [link]


def test_serials_and_seals_of_a_season_have_keys_of_their_own() -> None:
    assert derive(MASTER, "2026-2").private_bytes_raw() != MASTER
    assert len({derive(MASTER, season).private_bytes_raw() for season in ("a", "b", "a")}) == 2
