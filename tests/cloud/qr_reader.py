"""Reads the QR code drawn on a page, as a telephone's camera would."""

import re
from urllib.parse import urlsplit

import numpy as np
import zxingcpp

DOTS = 4  # for each module


def path_in(page: str) -> str:
    """The path of the link in the page's only QR code."""
    (drawing,) = re.findall(r'<div class="qr".*?</svg>', page, flags=re.DOTALL)
    (side,) = re.findall(r'viewBox="0 0 (\d+) \d+"', drawing)
    picture = np.full((int(side), int(side)), 255, np.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawing):
        picture[int(y), int(x) : int(x) + int(width)] = 0
    (read,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((DOTS, DOTS), np.uint8)))
    return urlsplit(read.text).path
