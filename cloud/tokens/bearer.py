"""Who a request comes from where programs of others knock: by their key, else as on any page."""

import threading
from collections import OrderedDict
from typing import Final

from fastapi import Request
from sqlmodel import Session

from cloud.accounts import cookies
from cloud.clock import Clock
from cloud.door import key_of
from cloud.errors import TooMany
from cloud.principal import Principal
from cloud.tokens import service

WINDOW_S: Final = 60.0
MOST_REQUESTS: Final = 240
"""Of one key in a window: four a second, each with up to a thousand events."""
MOST_KEYS: Final = 10_000


class Allowance:
    """Counts the requests of each key in the current window; lives as long as the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, key: str, now: float) -> bool:
        """Count one more request, and tell whether it is among those that are allowed."""
        with self._lock:
            began, count = self._counts.pop(key, (now, 0))
            if now - began >= WINDOW_S:
                began, count = now, 0
            self._counts[key] = (began, count + 1)
            if len(self._counts) > MOST_KEYS:
                self._counts.popitem(last=False)
            return count < MOST_REQUESTS


def identify(session: Session, request: Request) -> Principal | None:
    """The principal of a request, as `cloud.permissions` asks for it.

    A key that is shown is the only word: one that opens nothing is not made up for by a cookie.

    Raises:
        TooMany: this key has asked for all it may in this minute.
    """
    key = key_of(request)
    if key is None:
        return cookies.identify(session, request)
    clock: Clock = request.app.state.clock
    found = service.holder(session, key, clock.now())
    if found is None:
        return None
    allowance: Allowance = request.app.state.allowance
    if not allowance.take(found.token_id, clock.mono()):
        raise TooMany
    return found.principal
