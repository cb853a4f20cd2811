"""Which pages a telephone may keep for when there is no line, and for whom.

A page is kept only where this says so: nothing with money, orders, people, passwords or cards.
"""

import re
from typing import Final

from cloud.principal import Principal

HEADER: Final = b"kept-by"
"""Says to the service worker (`static/sw.js`) whose page this is."""

NOBODY: Final = "-"
"""Whoever was here before has gone: what was kept is thrown away."""

_PAGES: Final = re.compile(r"/(vuon|nhat-ky|canh-bao)(/.*)?")
_NOT: Final = re.compile(r"/vuon/.*/(live|trang-thai|bieu-do|lich-su)|.*/cai-dat(/.*)?")
_DOOR: Final = frozenset({"/dang-nhap"})


def kept_by(path: str, principal: Principal | None) -> str | None:
    """The owner of a page as the telephone knows them; None: this page is not kept.

    A helper's telephone keeps nothing of those they stand in for, nor anything beside it, and
    neither does one on a practice greenhouse: offline the one's garden must not appear where the
    other's was.
    """
    if path in _DOOR:
        return NOBODY
    if principal is None or not _PAGES.fullmatch(path) or _NOT.fullmatch(path):
        return None
    if principal.helper is not None or principal.practice is not None:
        return NOBODY
    return owner_of(principal)


def owner_of(principal: Principal) -> str:
    """Who wrote what waits on a telephone, and whose pages lie there."""
    return f"{principal.account_id}-{principal.cooperative_id}"
