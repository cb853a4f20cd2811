"""The agent's log: lines on standard error, written by a thread of its own.

A line only joins a queue: no valve waits for a pipe that nobody empties.
"""

import logging
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener


@contextmanager
def speaking() -> Iterator[None]:
    """Log during the block; what still waits at its end is written."""
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    writer = logging.StreamHandler()
    writer.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    listener = QueueListener(lines, writer)
    door = QueueHandler(lines)
    door.setFormatter(logging.Formatter("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[door])
    listener.start()
    try:
        yield
    finally:
        listener.stop()
