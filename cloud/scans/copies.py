"""Whether a stamp was looked at in ways that one pack cannot be. Pure.

A pack is bought once, and looked at by one household within a few days; a copied stamp lies on
many packs, which are sold in many places over weeks. Neither shows in one look, and no single sign
is proof: a telephone on mobile data may seem to be in another province, a family owns several
telephones. So three signs are added up, and the sum only adds a line of caution.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

FEWEST: Final = 3
"""Looks before anything is said: two people may well share a melon between provinces."""

DAY: Final = 2
"""Points for each further day on which it was looked at: eaten once, it is not looked at again."""
PROVINCE: Final = 1
"""Points for each further province; few, for mobile lines come out elsewhere."""
DEVICE: Final = 1
"""Points for each further kind of device."""
ENOUGH: Final = 9
"""Points at which a copy is likelier than a household; `tests/cloud/scans/clones.py` tells how
often that is right and wrong."""
ENOUGH_BLIND: Final = 7
"""The same where no look tells its province."""

_KINDS: Final = (
    ("zalo", re.compile(r"zalo", re.IGNORECASE)),
    ("facebook", re.compile(r"FBAN|FBAV")),
    ("samsung", re.compile(r"SamsungBrowser")),
    ("firefox", re.compile(r"Firefox|FxiOS")),
    ("edge", re.compile(r"Edg")),
    ("chrome", re.compile(r"Chrome|CriOS")),
    ("safari", re.compile(r"Safari")),
)
_SYSTEMS: Final = (
    ("ios", re.compile(r"iPhone|iPad|iOS")),
    ("android", re.compile(r"Android")),
    ("desktop", re.compile(r"Windows|Macintosh|X11|Linux")),
)
_PROVINCE: Final = re.compile(r"[A-Z0-9-]{2,8}")


@dataclass(frozen=True)
class Look:
    """One look of somebody from outside, as far as it is kept."""

    day: date
    province: str = ""
    """Empty where nobody can tell."""
    device: str = ""


@dataclass(frozen=True)
class Facts:
    """All looks of a stamp, added up."""

    looks: int = 0
    days: int = 0
    provinces: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()

    def with_looks(self, looks: Collection[Look]) -> "Facts":
        """The same with looks of days that are not in it yet."""
        return Facts(
            self.looks + len(looks),
            self.days + len({look.day for look in looks}),
            self.provinces | _known(look.province for look in looks),
            self.devices | _known(look.device for look in looks),
        )


def is_copied(facts: Facts) -> bool:
    enough = ENOUGH if facts.provinces else ENOUGH_BLIND
    return facts.looks >= FEWEST and points(facts) >= enough


def points(facts: Facts) -> int:
    return (
        DAY * max(facts.days - 1, 0)
        + PROVINCE * max(len(facts.provinces) - 1, 0)
        + DEVICE * max(len(facts.devices) - 1, 0)
    )


def device_of(browser: str) -> str:
    """System and family, as «android-chrome»: millions have the same one."""
    system = next((name for name, sign in _SYSTEMS if sign.search(browser)), "other")
    kind = next((name for name, sign in _KINDS if sign.search(browser)), "other")
    return f"{system}-{kind}"


def province_of(told: str) -> str:
    """The code that the proxy tells; whatever else stands there is nothing."""
    return told if _PROVINCE.fullmatch(told) else ""


def _known(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text for text in texts if text)
