"""Pure decisions about logging in: telephone numbers, throttling, where to go afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import phonenumbers

FREE_TRIES: Final = 5
"""Wrong passwords before the first wait: a thumb slips more than once."""
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(minutes=15)  # longer would let a stranger lock a farmer out
HOME: Final = "/vuon"

_REGION: Final = "VN"
_MAX_DOUBLINGS: Final = 4


@dataclass(frozen=True)
class Throttle:
    """How often an account was tried in vain, and until when it stays shut."""

    failures: int
    locked_until: datetime | None

    def locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    def after_failure(self, now: datetime) -> "Throttle":
        failures = self.failures + 1
        if failures < FREE_TRIES:
            return Throttle(failures, None)
        doublings = min(failures - FREE_TRIES, _MAX_DOUBLINGS)
        return Throttle(failures, now + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT))


def e164(text: str) -> str | None:
    """A telephone number as the world writes it; None if it cannot be one."""
    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def onward(path: str) -> str:
    """Where to go after logging in: a path of ours, never another site."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if inside and path.isprintable() else HOME
