"""Vietnamese text as people without a Vietnamese keyboard write it: «Đường» becomes «duong»."""

import unicodedata
from typing import Final

_D: Final = str.maketrans("Đđ", "Dd")  # the one letter that Unicode does not take apart


def fold(text: str) -> str:
    """Lower case without marks; every Vietnamese letter becomes one ASCII letter."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).translate(_D))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
