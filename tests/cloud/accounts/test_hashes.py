"""What is kept of a password, and how many hashes are computed at once."""

import threading
import unicodedata

from pwdlib.hashers.argon2 import Argon2Hasher

from cloud.accounts.hashes import AT_ONCE, Hashes, house
from tests.cloud.hashing import Cheap, cheap


def test_the_house_hashes_as_owasp_asks_at_least() -> None:
    assert house().make("dưa lưới ngọt").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_right_secret_is_right_and_a_wrong_one_is_not() -> None:
    hashes, _hasher = cheap()
    kept = hashes.make("dưa lưới ngọt")
    assert hashes.check("dưa lưới ngọt", kept).right
    assert not hashes.check("dưa lưới nhạt", kept).right


def test_all_128_signs_count() -> None:
    hashes, _hasher = cheap()
    kept = hashes.make("ễ" * 127 + "a")
    assert hashes.check("ễ" * 127 + "a", kept).right
    assert not hashes.check("ễ" * 127 + "b", kept).right


def test_a_keyboard_may_compose_its_letters_or_not() -> None:
    hashes, _hasher = cheap()
    apart = unicodedata.normalize("NFD", "tiếng Việt có dấu")
    assert hashes.check(apart, hashes.make("tiếng Việt có dấu")).right


def test_nobody_s_password_takes_one_check_and_is_never_right() -> None:
    hashes, hasher = cheap()
    assert not hashes.check("anything", None).right
    assert hasher.checked == 1


def test_a_hash_made_too_cheaply_is_renewed_when_it_is_right() -> None:
    old, _hasher = cheap()
    new = Hashes((Argon2Hasher(2, 16, 1),))
    kept = old.make("dưa lưới ngọt")
    renewed = new.check("dưa lưới ngọt", kept).renewed
    assert renewed is not None
    assert "m=16,t=2" in renewed
    assert new.check("dưa lưới ngọt", renewed).renewed is None
    assert new.check("wrong", kept).renewed is None


class Waiting(Cheap):
    """Stays inside a check until the test lets it go, and knows how many are inside."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.arrived = threading.Semaphore(0)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002  # pwdlib's word
        self.checked += 1
        self.arrived.release()
        self.go.wait()
        return self.method.verify(password, hash)


def test_only_a_few_are_computed_at_once() -> None:
    """More would be a way to take all the memory there is."""
    hasher = Waiting()
    hashes = Hashes((hasher,))
    threads = [threading.Thread(target=hashes.check, args=("x", None)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for _ in range(AT_ONCE):
        assert hasher.arrived.acquire(timeout=10)
    assert not hasher.arrived.acquire(timeout=0.2), "a fifth was let in"
    assert hasher.checked == AT_ONCE
    hasher.go.set()
    for thread in threads:
        thread.join(10)
    assert hasher.checked == len(threads)
