"""The link printed in a stamp's code: lower-case scheme, the rest upper case, to stay small.

Upper-case letters take 5.5 bits in a QR code and lower-case ones 8; only the scheme must be lower
case, because Android matches it exactly.
"""

from urllib.parse import urlsplit

from traceability.errors import GS1Error
from traceability.gs1 import link


def base(url: str) -> str:
    """The printed form of ``https://host[:port]``; a path would be lost in upper case."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise GS1Error(f"{url!r} is not a host to print: write it as https://HOST")
    return f"{parts.scheme}://{parts.netloc.upper()}"


def stamp_link(url: str, serial: str, gtin: str | None = None) -> str:
    if gtin is None:
        return f"{base(url)}/T/{serial}"
    return link(gtin, serial=serial).on(base(url))
