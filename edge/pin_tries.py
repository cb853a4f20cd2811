"""How often a PIN may be guessed: by one telephone, and by all that never gave the right one.

Pure. A neighbour who guesses uses up his own tries and not the farmer's; an address is cheap in a
house's network, so what strangers may try together is bounded as well. A telephone that once gave
the right PIN no longer shares their tries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

MINUTE_S: Final = 60.0
DAY_S: Final = 86_400.0
IN_A_MINUTE: Final = 5
"""By one address: a thumb slips twice, it does not slip five times."""
IN_A_DAY: Final = 20
STRANGERS_IN_A_MINUTE: Final = 10
"""Twice one address's, so that a single neighbour never takes all of them."""
STRANGERS_IN_A_DAY: Final = 100
"""One chance in a hundred to meet four digits (NIST SP 800-63B stops after as many)."""
MOST_KNOWN: Final = 8
"""Telephones of one family; the one that was silent longest is a stranger again."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A wrong PIN."""

    address: str
    at: float
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What is remembered; never more than was let through in a day."""

    misses: tuple[Miss, ...] = ()
    known: tuple[str, ...] = ()
    """Addresses that gave the right PIN, the latest last."""


def wait_s(tries: Tries, address: str, now: float) -> float:
    """Seconds until a PIN from this address is looked at; 0 for now."""
    mine = [miss.at for miss in tries.misses if miss.address == address]
    waits = [_wait(mine, IN_A_MINUTE, MINUTE_S, now), _wait(mine, IN_A_DAY, DAY_S, now)]
    if address not in tries.known:
        all_of_them = [miss.at for miss in tries.misses if miss.address not in tries.known]
        waits.append(_wait(all_of_them, STRANGERS_IN_A_MINUTE, MINUTE_S, now))
        waits.append(_wait(all_of_them, STRANGERS_IN_A_DAY, DAY_S, now))
    return max(waits)


def missed(tries: Tries, address: str, now: float) -> Tries:
    """A wrong PIN was looked at."""
    recent = tuple(miss for miss in tries.misses if now - miss.at < DAY_S)
    return replace(tries, misses=(*recent, Miss(address, now)))


def met(tries: Tries, address: str) -> Tries:
    """The right PIN came from this address; its misses stay, lest a guesser behind it profit."""
    others = tuple(known for known in tries.known if known != address)
    return replace(tries, known=(*others, address)[-MOST_KNOWN:])


def _wait(times: Sequence[float], most: int, span_s: float, now: float) -> float:
    """Until fewer than so many of these times, in their order, lie within a span."""
    return 0.0 if len(times) < most else max(0.0, times[-most] + span_s - now)
