"""The link printed in a stamp's code: lower-case scheme, the rest upper case, to stay small.

Upper-case letters take 5.5 bits in a QR code and lower-case ones 8; only the scheme must be lower
case, because Android matches it exactly.
"""

import re
from typing import Final

from traceability.errors import LinkError
from traceability.gs1 import link

# A name or an IPv4 address and a port: what a buyer's telephone can open, and nothing besides.
_HOST: Final = re.compile(r"(https?)://([A-Za-z0-9.-]+(?::[0-9]{1,5})?)/*")


def base(url: str) -> str:
    """The printed form of ``https://host[:port]``; a path would be lost in upper case."""
    shape = _HOST.fullmatch(url)
    if shape is None:
        raise LinkError(f"{url!r} is not a host to print: write it as https://HOST")
    return f"{shape[1]}://{shape[2].upper()}"


def stamp_link(url: str, serial: str, gtin: str | None = None) -> str:
    if gtin is None:
        return f"{base(url)}/T/{serial}"
    return link(gtin, serial=serial).on(base(url))
