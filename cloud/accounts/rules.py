"""Pure decisions about logging in: telephone numbers, lives of sessions, where to go next."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

import phonenumbers

from cloud.principal import Role

HOME: Final = "/vuon"
UNKNOWN_BROWSER: Final = "?"

_REGION: Final = "VN"


@dataclass(frozen=True)
class Lives:
    """How long a session lasts: without a look at it, and at most."""

    idle: timedelta
    whole: timedelta

    @property
    def step(self) -> timedelta:
        """How often it is written down that a session is in use."""
        return self.idle / 30


CARD_LIVES: Final = Lives(timedelta(days=90), timedelta(days=90))
"""A season between two scans of the card."""

_LIVES: Final = {Role.MANAGER: Lives(timedelta(days=7), timedelta(days=30))}  # money and people
_DAILY: Final = Lives(timedelta(days=30), timedelta(days=180))  # work in the garden
LONGEST: Final = _DAILY.whole

_SYSTEMS: Final = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
_BROWSERS: Final = (
    ("Zalo", "Zalo"),
    ("Coc_Coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def lives(role: Role, *, by_card: bool) -> Lives:
    return CARD_LIVES if by_card else _LIVES.get(role, _DAILY)


def browser_name(user_agent: str) -> str:
    """What its owner would call a browser: «Android · Chrome»; of a program nothing is kept."""
    system = next((name for name in _SYSTEMS if name in user_agent), "")
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    return " · ".join(part for part in (system, browser) if part) or UNKNOWN_BROWSER


def network(address: str) -> str:
    """Whose address it is: one subscriber has 2⁶⁴ of the sixth version."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False))
    return address


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
