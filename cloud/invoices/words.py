"""Pure: an amount of đồng as it is written in words on a Vietnamese invoice."""

from typing import Final

LIMIT: Final = 10**15
_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES: Final = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ")


def amount(dong: int) -> str:
    """«một triệu hai trăm nghìn đồng»; groups of three digits, each read in full after the first.

    Raises:
        ValueError: below nothing, or a thousand million million and more.
    """
    if not 0 <= dong < LIMIT:
        raise ValueError("no amount of an invoice")
    return f"{_number(dong)} đồng"


def _number(value: int) -> str:
    if value == 0:
        return _DIGITS[0]
    groups = []
    while value:
        value, group = divmod(value, 1000)
        groups.append(group)
    top = len(groups) - 1
    spoken = [
        f"{_group(group, whole=place < top)} {_scale(place, groups)}".strip()
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    return " ".join(spoken)


def _scale(place: int, groups: list[int]) -> str:
    """«nghìn tỷ hai tỷ» says nobody: «tỷ» comes once, after the thousand millions that follow."""
    billions = 3
    said_later = place > billions and groups[billions]
    return "nghìn" if said_later else _SCALES[place]


def _group(value: int, *, whole: bool) -> str:
    """Three digits; a `whole` group follows others and says its empty hundreds too."""
    hundreds, rest = divmod(value, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or whole else []
    if rest:
        words.append(_below_hundred(rest, after=bool(words)))
    return " ".join(words)


def _below_hundred(value: int, *, after: bool) -> str:
    tens, ones = divmod(value, 10)
    if tens == 0:
        return f"linh {_DIGITS[ones]}" if after else _DIGITS[ones]
    words = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        return words
    return f"{words} {_ones(ones, tens)}"


def _ones(ones: int, tens: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    five = 5
    return "lăm" if ones == five else _DIGITS[ones]
