"""One program at a time moves the water of a data folder: the agent, or a calibration.

The kernel keeps the claim (flock(2)) and drops it with the process, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import BusyError


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the folder while the block runs; it is made where there is none.

    Raises:
        BusyError: another program holds it, or it cannot be opened.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise BusyError(f"{data} cannot be used ({error}): run with sudo") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise BusyError(
            f"another program works with {data}: the agent, or a calibration; end it first"
        ) from error
    try:
        yield
    finally:
        os.close(handle)
