"""Pure: the cart, which lives in the buyer's browser and nowhere else.

A cookie of «variant.packs» joined by «-»: nothing in it is anyone's secret and nothing of it is
believed. What it asks for is looked up anew by whoever reads it, and prices are never in it.
"""

import re
from collections.abc import Mapping
from typing import Final

COOKIE: Final = "gio"
MOST_LINES: Final = 20
"""Different packs in one cart: the cookie stays below 400 octets."""
MOST_PACKS: Final = 999
"""Of one line; whoever wants more calls the seller."""
KEPT_S: Final = 30 * 86_400

_LINE: Final = re.compile(r"([0-9a-z]{10})\.([1-9][0-9]{0,2})")

Cart = Mapping[str, int]
"""Packs by the public id of a variant, in the order in which they were put in."""


def read(text: str) -> Cart:
    """What a cookie or a form says; lines that are none are left out."""
    found: dict[str, int] = {}
    for part in text.split("-")[:MOST_LINES]:
        line = _LINE.fullmatch(part)
        if line is not None:
            found[line[1]] = int(line[2])
    return found


def text(cart: Cart) -> str:
    return "-".join(f"{variant}.{packs}" for variant, packs in cart.items())


def put(cart: Cart, variant: str, packs: int) -> Cart:
    """So many more packs; a cart that is full stays as it is."""
    if variant not in cart and len(cart) >= MOST_LINES:
        return cart
    return {**cart, variant: min(MOST_PACKS, cart.get(variant, 0) + packs)}


def change(cart: Cart, variant: str, packs: int) -> Cart:
    """Exactly so many packs, or none any more."""
    if variant not in cart:
        return cart
    changed = {**cart, variant: min(MOST_PACKS, packs)}
    return {one: n for one, n in changed.items() if n > 0}
