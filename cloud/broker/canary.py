"""Tries the broker's rules with a device's account that is nobody's, at the start and each hour.

Trusts no answer of the broker's: a second account listens to what comes through, and the canary's
own permitted words must come through as well, so that one which fell silent is not called good.
"""

import logging
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.broker.address import BrokerAddress, Login
from cloud.broker.caller import Caller
from wire import topics
from wire.topics import CANARY, DECOY, Down, Up

EVERY_S: Final = 3_600.0
AGAIN_S: Final = 60.0
"""A broker that could not be tried is not waited for an hour."""
PATIENCE_S: Final = 10.0
GRACE_S: Final = 0.5
"""What a broker of several machines may still bring after the word that was said last."""

OPEN: Final = "lets any device"
_NO_ACCOUNT: Final = (
    "nobody tries this broker's rules: it has no account %s for it; "
    "`vuonso cloud broker accounts` and `rules` print what it needs"
)
_MUTE: Final = "the broker does not let a device do what it must: %s"
_AWAY: Final = "the broker does not answer"

_READS: Final = (
    "#",
    "+/#",
    "$SYS/#",
    topics.UP_FILTER,
    topics.down_filter(DECOY),
    f"$share/{CANARY}/{topics.UP_FILTER}",
    f"$share/{CANARY}/{topics.down_filter(DECOY)}",
)
_WRITES: Final = (
    topics.up(DECOY, Up.LIVE),
    topics.up(DECOY, Up.BIRTH),
    topics.down(DECOY, Down.CMD),
    topics.down(CANARY, Down.CMD),
)
_KEPT: Final = topics.down(DECOY, Down.DESIRED)
_WILL: Final = topics.down(DECOY, Down.GO)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Aviary:
    """The canary's own account, and that of who watches it."""

    canary: Login
    watcher: Login


@dataclass(frozen=True)
class Verdict:
    """What came of one try; `sure` unless there was nothing to be learnt."""

    good: bool
    sure: bool
    words: str


class Canary:
    """Keeps what was learnt last, and whether the newest try taught anything."""

    def __init__(
        self, address: BrokerAddress, aviary: Aviary, patience_s: float = PATIENCE_S
    ) -> None:
        self._address, self._aviary, self._patience_s = address, aviary, patience_s
        self._newest: Verdict | None = None
        self._learnt: Verdict | None = None

    @property
    def trouble(self) -> str:
        """Why nobody may rely on the rules, empty while they were kept when last tried."""
        if self._newest is None:
            return "the broker's rules were not tried yet"
        return self._learnt.words if self._learnt and not self._learnt.good else ""

    @property
    def silence(self) -> str:
        """Why the newest try taught nothing, empty when it did."""
        return self._newest.words if self._newest and not self._newest.sure else ""

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while True:
            pause_s = EVERY_S if self.look().sure else AGAIN_S
            if stop.wait(pause_s):
                return

    def look(self) -> Verdict:
        """Try once."""
        found = attempt(self._address, self._aviary, self._patience_s)
        if found != self._newest or not found.good:
            _log.log(logging.INFO if found.good else logging.ERROR, found.words)
        self._newest = found
        if found.sure:
            self._learnt = found
        return found


def attempt(address: BrokerAddress, aviary: Aviary, patience_s: float = PATIENCE_S) -> Verdict:
    """One try of everything that the rules forbid."""
    with Caller(address, aviary.watcher, patience_s=patience_s) as watcher:
        if not watcher.admitted:
            return _not_in(watcher, aviary.watcher)
        watcher.listen(*(topics.up_filter(one) for one in sorted(topics.NOBODYS)))
        watcher.listen(*(topics.down_filter(one) for one in sorted(topics.NOBODYS)))
        with Caller(address, aviary.canary, patience_s=patience_s) as canary:
            if not canary.admitted:
                return _not_in(canary, aviary.canary)
            return _Try(watcher, canary, address, aviary).judge(patience_s)


def _not_in(caller: Caller, login: Login) -> Verdict:
    words = _NO_ACCOUNT % login.name if caller.answered else _AWAY
    return Verdict(good=False, sure=False, words=words)


class _Try:
    """What is said under which mark, and who must not hear it."""

    def __init__(
        self, watcher: Caller, canary: Caller, address: BrokerAddress, aviary: Aviary
    ) -> None:
        self._watcher, self._canary = watcher, canary
        self._address, self._aviary = address, aviary
        self._mark = secrets.token_hex(8)

    def judge(self, patience_s: float) -> Verdict:
        missing = self._permitted()
        if missing:
            return Verdict(good=False, sure=True, words=_MUTE % ", ".join(missing))
        self._forbidden()
        if not self._last_words(patience_s):
            return Verdict(good=False, sure=False, words=_AWAY)
        self._clean_up()
        found = self._breaches()
        words = f"the broker {OPEN} {', '.join(found)}" if found else "the broker keeps its rules"
        return Verdict(good=not found, sure=True, words=words)

    def _word(self, what: str) -> bytes:
        return f"{what} {self._mark}".encode()

    def _permitted(self) -> Sequence[str]:
        """The positive control: without it silence would be called obedience."""
        self._canary.listen(topics.down_filter(CANARY))
        self._canary.say(topics.up(CANARY, Up.LIVE), self._word("mine"))
        self._watcher.say(topics.down(CANARY, Down.ACK), self._word("yours"))
        heard = {
            "write its own reports": self._watcher.hears(self._word("mine")),
            "read its own orders": self._canary.hears(self._word("yours")),
        }
        return [what for what, came in heard.items() if not came]

    def _forbidden(self) -> None:
        self._canary.listen(*_READS)
        self._watcher.say(topics.down(DECOY, Down.ACK), self._word("secret"))
        for topic in _WRITES:
            self._canary.say(topic, self._word("poison"))
        self._canary.say(_KEPT, self._word("poison"), retain=True)
        # When this has come, the secret has, to whomever; some brokers hang up on a forbidden word
        # instead, and whoever is out reads nothing either.
        self._watcher.say(topics.down(CANARY, Down.ACK), self._word("still there"))
        self._canary.hears(self._word("still there"))

    def _last_words(self, patience_s: float) -> bool:
        """A forbidden will, and then a permitted one: when that has come, all has that will."""
        canary = self._aviary.canary
        for topic, word in (
            (_WILL, self._word("poison")),
            (topics.up(CANARY, Up.WILL), self._word("farewell")),
        ):
            with Caller(self._address, canary, (topic, word), patience_s) as dying:
                dying.break_off()
        came = self._watcher.hears(self._word("farewell"))
        threading.Event().wait(GRACE_S)
        return came

    def _clean_up(self) -> None:
        """A broker that took the forbidden order keeps it for whoever is called so one day."""
        if any(topic == _KEPT for topic, _payload in self._watcher.heard):
            self._watcher.say(_KEPT, b"", retain=True)

    def _breaches(self) -> Sequence[str]:
        poison, mine = self._word("poison"), topics.down(CANARY, Down.ACK)
        written = {topic for topic, payload in self._watcher.heard if payload == poison}
        read = {topic for topic, _payload in self._canary.heard if topic != mine}
        return [f"write {one}" for one in sorted(written)] + [
            f"read {one}" for one in sorted(read)
        ]
