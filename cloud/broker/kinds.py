"""Which broker this machine can run itself, and a port for it."""

import logging
import shutil
import socket
from typing import Final

from cloud.broker.address import LOOPBACK
from cloud.errors import ConfigurationError

MOSQUITTO: Final = "mosquitto"
AMQTT: Final = "amqtt"

_SBIN: Final = "/usr/sbin:/usr/local/sbin"  # where Debian puts it, outside a person's PATH

_log = logging.getLogger(__name__)


def choose(wanted: str) -> str:
    """Which broker `auto` means on this machine.

    Raises:
        ConfigurationError: the one that is wanted is not installed.
    """
    found = program()
    if wanted == MOSQUITTO and found is None:
        raise ConfigurationError("VUONSO_BROKER=mosquitto, but there is no mosquitto; install it")
    if wanted in (MOSQUITTO, AMQTT):
        return wanted
    if found is None:
        _log.warning("no mosquitto here: using the small stand-in, for one device and loopback")
        return AMQTT
    return MOSQUITTO


def program() -> str | None:
    """Where Mosquitto lies; None where it is not installed."""
    return shutil.which(MOSQUITTO) or shutil.which(MOSQUITTO, path=_SBIN)


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
        return port
