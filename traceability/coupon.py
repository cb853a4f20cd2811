"""North American coupon codes, AIs (8110) and (8112): fields that tell their own lengths.

From GS1 US's application guidelines; what is checked is the shape, never the offer.
"""

from collections.abc import Callable
from typing import Final

from traceability.ai_dates import day
from traceability.errors import ValueRefusedError

PREFIX_BASE: Final = 6  # an indicator of 0 stands for a company prefix of six digits
OFFER_DIGITS: Final = 6
FAMILY_DIGITS: Final = 3
NO_PREFIX: Final = "9"
VALUE_LENGTHS: Final = "12345"
PREFIX_LENGTHS: Final = "0123456"
REQUIREMENTS: Final = "012349"


class _Reader:
    """Takes fields from the left; raises with the name of the first that does not fit."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def take(self, count: int, what: str) -> str:
        if len(self.rest) < count:
            raise ValueRefusedError(f"the coupon ends in its {what}")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def one_of(self, allowed: str, what: str) -> str:
        taken = self.take(1, what)
        if taken not in allowed:
            raise ValueRefusedError(f"the coupon's {what} begins with {taken}")
        return taken

    def sized(self, allowed: str, what: str, base: int = 0) -> str:
        return self.take(int(self.one_of(allowed, what)) + base, what)

    def starts(self, mark: str) -> bool:
        found = self.rest.startswith(mark)
        if found:
            self.rest = self.rest[1:]
        return found


def first_generation(text: str) -> str | None:
    """The original code of (8110): offer, purchases, and optional fields in numeric order."""
    return _judge(text, _first_generation)


def positive_offer(text: str) -> str | None:
    """The code of (8112) that only names an offer in a file."""
    return _judge(text, _positive_offer)


def _judge(text: str, read: Callable[[_Reader], None]) -> str | None:
    if not text.isdigit():
        return "holds something that is no digit"
    reader = _Reader(text)
    try:
        read(reader)
    except ValueRefusedError as error:
        return str(error)
    return "goes on after the coupon" if reader.rest else None


def _positive_offer(reader: _Reader) -> None:
    reader.one_of("01", "format")
    reader.sized(PREFIX_LENGTHS, "funder", PREFIX_BASE)
    reader.take(OFFER_DIGITS, "offer code")
    reader.sized("0123456789", "serial number", PREFIX_BASE)


def _first_generation(reader: _Reader) -> None:
    reader.sized(PREFIX_LENGTHS, "company prefix", PREFIX_BASE)
    reader.take(OFFER_DIGITS, "offer code")
    reader.sized(VALUE_LENGTHS, "save value")
    _purchase(reader, "first purchase")
    if reader.starts("1"):
        reader.one_of("0123", "additional purchase rule")
        _purchase(reader, "second purchase")
        _other_prefix(reader, "second purchase")
    if reader.starts("2"):
        _purchase(reader, "third purchase")
        _other_prefix(reader, "third purchase")
    _dates(reader)
    if reader.starts("5"):
        reader.sized("0123456789", "serial number", PREFIX_BASE)
    if reader.starts("6"):
        reader.sized("1234567", "retailer", PREFIX_BASE)
    if reader.starts("9"):
        _flags(reader)


def _purchase(reader: _Reader, what: str) -> None:
    reader.sized(VALUE_LENGTHS, what)
    reader.one_of(REQUIREMENTS, f"{what} code")
    reader.take(FAMILY_DIGITS, f"{what} family")


def _other_prefix(reader: _Reader, what: str) -> None:
    if not reader.starts(NO_PREFIX):
        reader.sized(PREFIX_LENGTHS, f"{what} company prefix", PREFIX_BASE)


def _dates(reader: _Reader) -> None:
    expiry = _day(reader, "expiration date") if reader.starts("3") else None
    start = _day(reader, "start date") if reader.starts("4") else None
    if expiry and start and start > expiry:
        raise ValueRefusedError("the coupon expires before it starts")


def _day(reader: _Reader, what: str) -> str:
    text = reader.take(len("YYMMDD"), what)
    reason = day(text)
    if reason:
        raise ValueRefusedError(f"the coupon's {what} {reason}")
    return text


def _flags(reader: _Reader) -> None:
    reader.one_of("01256", "save value code")
    reader.one_of("012", "item the value applies to")
    reader.take(1, "store coupon flag")
    reader.one_of("01", "multiplication flag")
