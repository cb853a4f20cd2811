"""A row of bits read and written from the left; refuses to read beyond its end."""

from typing import Final

from traceability.errors import CompressedLinkError

BASE_64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE_64_BITS: Final = 6


class BitReader:
    """Reads numbers of any width out of URL-safe base64."""

    def __init__(self, text: str) -> None:
        try:
            self._bits = "".join(f"{BASE_64.index(character):06b}" for character in text)
        except ValueError as error:
            raise CompressedLinkError("the packed part is no URL-safe base64") from error
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._bits) - self._place

    def number(self, width: int) -> int:
        if width > self.left:
            raise CompressedLinkError("the packed part ends in the middle of a value")
        self._place += width
        return int(self._bits[self._place - width : self._place] or "0", 2)

    def text(self, length: int, alphabet: str, width: int) -> str:
        return "".join(alphabet[self.number(width)] for _ in range(length))


class BitWriter:
    """The other way; the last character is filled up with zeros."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def number(self, value: int, width: int) -> None:
        if width:
            self._bits.append(f"{value:0{width}b}")

    def text(self, text: str, alphabet: str, width: int) -> None:
        for character in text:
            self.number(alphabet.index(character), width)

    def base64(self) -> str:
        bits = "".join(self._bits)
        bits += "0" * (-len(bits) % BASE_64_BITS)
        starts = range(0, len(bits), BASE_64_BITS)
        return "".join(BASE_64[int(bits[start : start + BASE_64_BITS], 2)] for start in starts)
