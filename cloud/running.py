"""Whether something of this installation works on its data folder: a lock that dies with it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cloud.errors import ConfigurationError
from cloud.settings import Settings

_FILE: Final = "in-use.lock"


@contextmanager
def at_work(settings: Settings) -> Iterator[None]:
    """Several may work at once.

    Raises:
        ConfigurationError: a backup is being put back.
    """
    with _locked(settings, fcntl.LOCK_SH, "a backup is being put back; wait until it is done"):
        yield


@contextmanager
def nobody_else(settings: Settings) -> Iterator[None]:
    """Nobody works on it during the block.

    Raises:
        ConfigurationError: somebody does.
    """
    with _locked(settings, fcntl.LOCK_EX, "the service runs; stop it first, workers included"):
        yield


@contextmanager
def _locked(settings: Settings, kind: int, refusal: str) -> Iterator[None]:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(settings.data_dir / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigurationError(refusal) from None
    else:
        yield
    finally:
        os.close(descriptor)
