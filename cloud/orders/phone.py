"""Telephone numbers of buyers: only numbers that can be in use, in the world's form."""

from typing import Final

import phonenumbers

_REGION: Final = "VN"


def e164(text: str) -> str | None:
    """«0912 345 678» as «+84912345678»; None for what is no number in use."""
    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
