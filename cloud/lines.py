"""One line of text as people type it, the same from every keyboard."""

from typing import Annotated
from unicodedata import normalize

from pydantic import BeforeValidator


def one_line(text: object) -> object:
    """Composed letters and single spaces; what is no text is left for the model to refuse."""
    return " ".join(normalize("NFC", text).split()) if isinstance(text, str) else text


Line = Annotated[str, BeforeValidator(one_line)]
