"""How fast a lock may be tried: a bucket of tries that fills by itself. Pure.

No bucket is ever shut for good, so nobody can lock another person out. A guesser from one network
cannot empty the bucket of an account, and guessers from many cannot empty that of a browser in
which its owner logged in before: owners get in while they are attacked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True)
class Limit:
    """So many wrong tries at once, and one more for each `refill` of patience."""

    name: str
    burst: int
    refill: timedelta

    def opens_at(self, full_at: datetime) -> datetime:
        """When the next try is there, for a bucket that will be full at `full_at`."""
        return full_at - (self.burst - 1) * self.refill

    def after_try(self, full_at: datetime, now: datetime) -> datetime:
        """When the bucket will be full after one more try."""
        return max(full_at, now) + self.refill


NETWORK: Final = Limit("network", 60, timedelta(minutes=1))
"""A village lives behind one address; a program tries a thousand names a minute."""

PAIR: Final = Limit("pair", 5, timedelta(minutes=6))
"""One account from one network: a thumb slips more than once, ten an hour is no thumb."""

ACCOUNT: Final = Limit("account", 10, timedelta(minutes=3))
"""One account from everywhere: 30 guesses in the first hour, 20 in each further one.

It fills twice as fast as one network can empty it.
"""

BROWSER: Final = Limit("browser", 10, timedelta(minutes=3))
"""One account in a browser in which it logged in before."""

CARD_PAIR: Final = Limit("card-pair", 5, timedelta(hours=1))
"""One card from one network: a PIN is short, and whoever found the card has all week."""

CARD: Final = Limit("card", 10, timedelta(minutes=30))
"""One card from everywhere."""

CARD_SEASON: Final = Limit("card-season", 50, timedelta(hours=12))
"""The patience of a card: at most 850 wrong PINs of a million in the 400 days it lives."""

ASK_NETWORK: Final = Limit("ask-network", 20, timedelta(minutes=3))
"""People of one network who forgot their password."""

ASK: Final = Limit("ask", 5, timedelta(minutes=6))
"""One number from one network: codes that wait for somebody to mistype."""

HELP: Final = Limit("help", 5, timedelta(minutes=6))
"""Codes typed by one helper: ten an hour, of a million, while somebody shows one."""

RENUMBER: Final = Limit("renumber", 3, timedelta(hours=8))
"""New numbers tried by one account: whoever asks which numbers are known learns three a day."""

REGISTER: Final = Limit("register", 20, timedelta(minutes=30))
"""Devices of one network that register: nobody mounts fifty boxes a day."""

CLAIM: Final = Limit("claim", 5, timedelta(minutes=6))
"""Codes of devices typed by one person: ten an hour, of 80 random bits."""

CONFIRM: Final = Limit("confirm", 5, timedelta(minutes=6))
"""Codes of one member typed by one manager: fewer than a million in 11 years."""

CONTACT: Final = Limit("contact", 5, timedelta(hours=1))
"""Addresses to which one account has a code sent: a stranger's letter box is not filled by it."""

CONTACT_CODE: Final = Limit("contact-code", 5, timedelta(minutes=6))
"""Codes typed for one address: ten an hour, of a million, for a quarter of an hour each."""

VOUCH: Final = Limit("vouch", 5, timedelta(minutes=6))
"""Numbers with codes typed by one helper, right numbers or not: ten an hour, of a million."""

REPORT: Final = Limit("report", 5, timedelta(minutes=12))
"""Reports of false stamps from one network: a crowd at one stall, and no flood."""

PHOTOS: Final = Limit("photos", 60, timedelta(minutes=1))
"""Photos of one person: a day's work that waited for the line comes at once."""

PHOTOS_DAY: Final = Limit("photos-day", 300, timedelta(minutes=5))
"""What one person can fill our disk with: 588 photos on the first day, 288 on each further one."""
