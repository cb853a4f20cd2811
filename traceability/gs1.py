"""GTINs and the links we print with them; refuses what GS1 forbids.

The whole of GS1's identifiers, element strings and Digital Links is in the modules beside this
one; here is what a stamp and a lot need of it.
"""

from typing import Final

from traceability.ai import identifier
from traceability.ai_checks import GTIN_LENGTHS, check_digit
from traceability.digital_link import GTIN, GTIN_14, DigitalLink
from traceability.elements import Element
from traceability.errors import ValueRefusedError

CHECKED_LENGTHS: Final = GTIN_LENGTHS | {17, 18}


def link(gtin: str, *, lot: str | None = None, serial: str | None = None) -> DigitalLink:
    parts = (("10", lot), ("21", serial))
    qualifiers = (Element(ai, value) for ai, value in parts if value)
    return DigitalLink((Element(GTIN, gtin14(gtin)), *qualifiers))


def has_check_digit(number: str) -> bool:
    digits = number.isascii() and number.isdigit() and len(number) in CHECKED_LENGTHS
    return digits and check_digit(number[:-1]) == int(number[-1])


def gtin14(gtin: str) -> str:
    """A GTIN-8, -12, -13 or -14 in the 14 digits that links and databases hold."""
    if len(gtin) not in GTIN_LENGTHS:
        raise ValueRefusedError(f"a GTIN has 8, 12, 13 or 14 digits, not {len(gtin)}", GTIN)
    padded = gtin.zfill(GTIN_14)
    identifier(GTIN).check(padded)
    return padded


def internal_gtin(number: int) -> str:
    """A restricted-circulation GTIN-13 (prefix 20) for a cooperative that has no GS1 prefix."""
    body = f"020{number:010d}"
    if number < 0 or len(body) >= GTIN_14:
        raise ValueRefusedError("an internal item number has at most 10 digits", GTIN)
    return f"{body}{check_digit(body)}"
