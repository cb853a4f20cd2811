"""How a process of ours ends when it is asked to, its threads with it: within ten seconds.

In order where that is quick. What is left behind loses nothing: a transaction that did not commit
is undone, and no device was told of it. The steps are bounded so that their sum is: requests 3 s,
six threads 1 s each, and whatever still waits for a database then is not waited for.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final

GRACE_S: Final = 3
"""For requests under way; streams have ended by then."""
JOIN_S: Final = 1.0
"""For a thread that was told to stop: a batch takes milliseconds, a hanging database for ever."""

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def interrupting(stop: threading.Event) -> Iterator[None]:
    """Turn SIGTERM and SIGINT into an orderly end of the block; a second one changes nothing."""

    def end(_number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with contextlib.suppress(KeyboardInterrupt):
        yield


@contextlib.contextmanager
def meanwhile(run: Callable[[threading.Event], None], name: str) -> Iterator[threading.Thread]:
    """A thread for the length of the block, which asks it to stop and waits a little for it."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,), name=name, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        join(thread)


def join(thread: threading.Thread) -> None:
    """Wait a little for a thread that was told to stop; it must be a daemon."""
    thread.join(JOIN_S)
    if thread.is_alive():
        _log.warning("not waited for any longer: %s", thread.name)


def leave() -> None:
    """End the process now if a thread of a library would keep it, waiting for a database."""
    kept = sorted(
        thread.name
        for thread in threading.enumerate()
        if thread is not threading.main_thread() and not thread.daemon
    )
    if not kept:
        return
    _log.warning("left without waiting for: %s", ", ".join(kept))
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
