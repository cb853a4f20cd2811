"""What a photo may be, and what becomes of it; known to the worker, so nothing is imported."""

from enum import IntEnum
from typing import Final

MAX_OCTETS: Final = 8 * 1024 * 1024
"""A telephone's photo has 2 to 5 MB."""
MAX_PIXELS: Final = 25_000_000
"""Twice what telephones take unless told otherwise; as RGB 75 MB."""
MAX_SIDE: Final = 16_383
"""WebP knows no more; a panorama of one line would also be no photo."""

LARGE_SIDE: Final = 1600
"""What a screen shows when the photo fills it, and enough to read a label on a bag."""
SMALL_SIDE: Final = 320
"""A thumbnail on a telephone with three pixels for one."""
LARGE_QUALITY: Final = 78
SMALL_QUALITY: Final = 60

FOR_BUYERS: Final = "buyers"
"""The word that asks a worker for pictures of goods."""
BUYER_SIDES: Final = (1280, 640, 320)
"""A screen filled, a phone's width with two pixels for one, a tile in a list."""
BUYER_WEBP: Final = 76
BUYER_JPEG: Final = 78
"""Goods are to look as they are; twice the octets of WebP, for browsers before 2020."""

MEMORY: Final = 1024 * 1024 * 1024
"""Address space of one worker: a decoded photo, turned, and the libraries, twice over."""
CPU_S: Final = 10
"""Twenty times what the largest allowed photo takes here; ends what computes for ever."""


class Verdict(IntEnum):
    """How a worker ends."""

    GOOD = 0
    NO_PHOTO = 10
    TOO_MANY_PIXELS = 11
    DAMAGED = 12
