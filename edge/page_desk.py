"""What the page's threads share: the way into the control loop, and the PIN's door."""

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from edge import pin, pin_tries, words
from edge.config_panel import LocalPage
from edge.errors import ConfigError
from edge.orders import Look, Order, Reply
from edge.pin_tries import Tries
from edge.view import View
from edge.words import Said

REPLY_S: Final = 3.0
"""The control loop replies within a tick; a longer silence means that it hangs."""

_log = logging.getLogger("vuonso.page")


class PageDesk:
    """Safe to use from any thread."""

    def __init__(
        self,
        page: LocalPage,
        pin_file: Path,
        give: Callable[[Order], object],
        net: Callable[[], float],
    ) -> None:
        self.names = frozenset(page.names)
        self._pin_file, self._give, self._net = pin_file, give, net
        self._tries = Tries()
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._net()

    def view(self) -> View | None:
        """How things stand; None while the control loop is silent."""
        shown: queue.SimpleQueue[View] = queue.SimpleQueue()
        self._give(Look(shown.put))
        try:
            return shown.get(timeout=REPLY_S)
        except queue.Empty:
            return None

    def order(self, make: Callable[[Reply], Order], language: str, done: Said) -> tuple[str, bool]:
        """Give an order; what to say of it, and whether it is good news."""
        replies: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._give(make(replies.put))
        try:
            refusal = replies.get(timeout=REPLY_S)
        except queue.Empty:
            return words.SILENT.speak(language), False
        if refusal is not None:
            return words.why_not(language, refusal), False
        return done.speak(language), True

    def refuses(self, given: str, address: str, language: str) -> str | None:
        """What stands against this PIN; one thread at a time, because a hash takes memory."""
        with self._lock:
            now = self._net()
            wait_s = pin_tries.wait_s(self._tries, address, now)
            if wait_s > 0:
                return words.wait(language, wait_s)
            try:
                lock = pin.load(self._pin_file)
            except ConfigError as error:
                _log.warning("%s", error)
                lock = None
            if lock is None:
                return words.NO_PIN.speak(language)
            if lock.opens(given):
                self._tries = pin_tries.met(self._tries, address)
                return None
            self._tries = pin_tries.missed(self._tries, address, now)
            wait_s = pin_tries.wait_s(self._tries, address, now)
            wrong = words.WRONG_PIN.speak(language)
            return wrong if wait_s == 0 else f"{wrong} {words.wait(language, wait_s)}"
