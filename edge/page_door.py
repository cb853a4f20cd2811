"""Who may come in to the page: rules against foreign pages in the same browser, and odd forms.

Plain HTTP has no Fetch-Metadata, so a request must come by an address or a name of our own, and
a form from a page of our own. Pure.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import parse_qsl

MAX_BODY: Final = 256
"""A zone, some minutes, a PIN."""
MAX_FIELDS: Final = 4
FORM: Final = "application/x-www-form-urlencoded"


def is_ours(host: str | None, here: tuple[str, int], names: Collection[str]) -> bool:
    """Whether the browser asked for us: a foreign name may have been pointed at this address."""
    if host is None:
        return False
    name, port = _split(host.lower())
    return port == here[1] and (name == here[0] or name in names)


def is_own_page(origin: str | None, host: str | None) -> bool:
    """Whether a form was on a page of ours; every browser says where a form was."""
    return origin is not None and host is not None and origin.lower() == f"http://{host.lower()}"


def body_size(length: str | None, kind: str | None) -> int | None:
    """How much to read; None refuses."""
    if length is None or not (length.isascii() and length.isdigit()) or len(length) > len("256"):
        return None
    if (kind or "").partition(";")[0].strip().lower() != FORM:
        return None
    return int(length) if int(length) <= MAX_BODY else None


def form(body: bytes) -> dict[str, str] | None:
    """The fields of a form, each once; None for anything else."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None


def _split(host: str) -> tuple[str, int]:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host.strip("[]"), 80
    known = port.isascii() and port.isdigit() and len(port) <= len("65535")
    return name.strip("[]"), int(port) if known else -1
