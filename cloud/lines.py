"""Text and whole numbers as people type them, the same from every keyboard."""

import re
from typing import Annotated, Final
from unicodedata import normalize

from pydantic import BeforeValidator

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_DIGITS: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)


def one_line(text: object) -> object:
    """Composed letters and single spaces; what is no text is left for the model to refuse.

    Raises:
        ValueError: it holds a control character, which nobody types and no device takes.
    """
    if not isinstance(text, str):
        return text
    line = " ".join(normalize("NFC", text).split())
    if _CONTROL.search(line):
        raise ValueError("no line of text")
    return line


def typed_number(text: object) -> object:
    """Digits, and no other way that Python would read: nobody types `1_000`.

    Raises:
        ValueError: it is text, and no whole number.
    """
    if isinstance(text, str) and not _DIGITS.fullmatch(text.strip()):
        raise ValueError("no whole number")
    return text


Line = Annotated[str, BeforeValidator(one_line)]
Whole = Annotated[int, BeforeValidator(typed_number)]
