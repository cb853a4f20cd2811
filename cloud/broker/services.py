"""The cloud's own accounts at a broker, with what its files say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cloud.broker import files
from cloud.broker.address import Login
from cloud.broker.canary import Aviary
from cloud.broker.passwords import hash_password, verify
from cloud.broker.plan import MAX_WORKERS, login_of, worker_name
from cloud.settings import Settings
from wire.topics import CANARY

_PROBE: Final = "probe"
_WATCHER: Final = "watcher"


@dataclass(frozen=True)
class Services:
    """Accounts of our own: of workers, one that only knocks, and two who try the rules."""

    workers: tuple[Login, ...]
    probe: Login
    aviary: Aviary

    def hashes(self, before: Mapping[str, str] | None = None) -> dict[str, str]:
        """By name; one of `before` stays while it fits, for a new salt is no news."""
        everyone = (*self.workers, self.probe, self.aviary.canary, self.aviary.watcher)
        known = before or {}
        return {login.name: _hash_of(login, known.get(login.name)) for login in everyone}

    def rules(self) -> str:
        """The access file."""
        return files.access([login.name for login in self.workers], self.aviary.watcher.name)


def _hash_of(login: Login, before: str | None) -> str:
    if before is not None and verify(login.password, before):
        return before
    return hash_password(login.password)


def services_of(settings: Settings) -> Services:
    workers = tuple(login_of(settings, worker_name(n)) for n in range(1, MAX_WORKERS + 1))
    canary = Login(CANARY, settings.secret("canary").hex())
    aviary = Aviary(canary=canary, watcher=login_of(settings, _WATCHER))
    return Services(workers=workers, probe=login_of(settings, _PROBE), aviary=aviary)
