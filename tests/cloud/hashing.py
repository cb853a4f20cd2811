"""Hashes that cost next to nothing and are counted: what a guess costs is how many it needs."""

from dataclasses import dataclass, field

from pwdlib.hashers.argon2 import Argon2Hasher

from cloud.accounts.hashes import Hashes


@dataclass
class Cheap:
    """Argon2 at its least, as pwdlib asks for a hasher; counts what it checks."""

    method: Argon2Hasher = field(default_factory=lambda: Argon2Hasher(1, 8, 1))
    checked: int = 0

    @classmethod
    def identify(cls, hash: str | bytes) -> bool:  # noqa: A002  # pwdlib's word
        return Argon2Hasher.identify(hash)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        return self.method.hash(password, salt=salt)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002  # pwdlib's word
        self.checked += 1
        return self.method.verify(password, hash)

    def check_needs_rehash(self, hash: str | bytes) -> bool:  # noqa: A002  # pwdlib's word
        return self.method.check_needs_rehash(hash)


def cheap() -> tuple[Hashes, Cheap]:
    hasher = Cheap()
    return Hashes((hasher,)), hasher
