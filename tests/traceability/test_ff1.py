"""FF1 against the samples of NIST SP 800-38G (csrc.nist.gov, «FF1samples.pdf»)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.ff1 import FF1

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
AES_128 = "2B7E151628AED2A6ABF7158809CF4F3C"
AES_192 = AES_128 + "EF4359D8D580AA4F"
AES_256 = AES_192 + "7F036D6F04FC6A94"
BIG = st.integers(0, 2**64 - 1)
TEN, ELEVEN = "39383736353433323130", "3737373770717273373737"
SAMPLES = [
    (AES_128, 10, "", "0123456789", "2433477484"),
    (AES_128, 10, TEN, "0123456789", "6124200773"),
    (AES_128, 36, ELEVEN, "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    (AES_192, 10, "", "0123456789", "2830668132"),
    (AES_192, 10, TEN, "0123456789", "2496655549"),
    (AES_192, 36, ELEVEN, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
    (AES_256, 10, "", "0123456789", "6657667009"),
    (AES_256, 10, TEN, "0123456789", "1001623463"),
    (AES_256, 36, ELEVEN, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
]


def numerals(value: int, radix: int, length: int) -> str:
    text = ""
    for _ in range(length):
        value, digit = divmod(value, radix)
        text = DIGITS[digit] + text
    return text


@pytest.mark.parametrize(("key", "radix", "tweak", "plain", "cipher"), SAMPLES)
def test_the_published_samples(key: str, radix: int, tweak: str, plain: str, cipher: str) -> None:
    ff1 = FF1(bytes.fromhex(key), radix, len(plain), bytes.fromhex(tweak))

    encrypted = ff1.encrypt(int(plain, radix))

    assert numerals(encrypted, radix, len(plain)) == cipher
    assert numerals(ff1.decrypt(encrypted), radix, len(plain)) == plain


@given(st.integers(0, 2**96 - 1))
def test_ninety_six_bits_come_back(value: int) -> None:
    ff1 = FF1(bytes(16), 2, 96)
    assert ff1.decrypt(ff1.encrypt(value)) == value


@given(st.integers(2, 36), st.integers(20, 260), st.data())
def test_every_radix_and_length_comes_back(radix: int, length: int, data: st.DataObject) -> None:
    ff1 = FF1(bytes(32), radix, length, b"tweak")
    value = data.draw(st.integers(0, radix**length - 1))
    assert ff1.decrypt(ff1.encrypt(value)) == value


@pytest.mark.parametrize(("radix", "length"), [(1, 96), (2, 19), (10, 5), (65_537, 4)])
def test_domains_the_standard_forbids_are_refused(radix: int, length: int) -> None:
    with pytest.raises(ValueError, match="radix 2 to 65536"):
        FF1(bytes(16), radix, length)


@pytest.mark.parametrize("value", [-1, 2**96])
def test_a_value_outside_the_domain_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="numerals"):
        FF1(bytes(16), 2, 96).encrypt(value)


@given(st.integers(10, 64), st.lists(st.tuples(BIG, BIG), min_size=1, max_size=20))
def test_many_at_once_are_enciphered_as_one_is(half: int, pairs: list[tuple[int, int]]) -> None:
    cipher = FF1(bytes.fromhex(AES_128), 2, 2 * half)
    mask = (1 << half) - 1
    given_ = [(high & mask, low & mask) for high, low in pairs]
    high, low = cipher.encrypt_many(
        np.array([one for one, _ in given_], np.uint64),
        np.array([one for _, one in given_], np.uint64),
    )
    alone = [cipher.encrypt(one << half | other) for one, other in given_]
    assert [int(a) << half | int(b) for a, b in zip(high, low, strict=True)] == alone


@pytest.mark.parametrize(
    ("radix", "length", "tweak"),
    [(10, 10, b""), (2, 97, b""), (2, 130, b""), (2, 96, bytes(16))],
    ids=["decimal", "odd", "long", "tweak"],
)
def test_what_many_at_once_cannot_be_is_refused(radix: int, length: int, tweak: bytes) -> None:
    one = np.zeros(1, np.uint64)
    with pytest.raises(ValueError, match="many at once"):
        FF1(bytes.fromhex(AES_128), radix, length, tweak).encrypt_many(one, one)
