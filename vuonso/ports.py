"""Finds the addresses the demonstration listens on; a taken port is said, not fought for."""

import socket
from typing import Final

from vuonso.errors import DemoError

LOOPBACK: Final = "127.0.0.1"
UNROUTED: Final = "192.0.2.1"  # TEST-NET-1: no packet is sent, the kernel only picks a route


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or one the system gives where that is taken."""
    with socket.socket() as probe:
        # As the server will: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError:
            probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def lan_address() -> str:
    """Return this machine's address as a phone in the same network sees it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((UNROUTED, 9))
        except OSError as error:
            raise DemoError("no_lan", "This machine has no address in a local network.") from error
        address: str = probe.getsockname()[0]
    return address
