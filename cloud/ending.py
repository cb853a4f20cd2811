"""How a process of ours ends when it is asked to, and its threads with it."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


@contextlib.contextmanager
def interrupting(stop: threading.Event) -> Iterator[None]:
    """Turn SIGTERM and SIGINT into an orderly end of the block."""

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with contextlib.suppress(KeyboardInterrupt):
        yield


@contextlib.contextmanager
def meanwhile(run: Callable[[threading.Event], None], name: str) -> Iterator[threading.Thread]:
    """A thread for the length of the block, which asks it to stop and waits for it."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,), name=name)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()
