"""The page in the greenhouse: its names, port and PIN, and whether it answers."""

import socket
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from edge import pin
from edge.checkup.finding import Finding, look, off, ok
from edge.checkup.machine import Machine
from edge.config_panel import LocalPage
from edge.errors import ConfigError

HERE: Final = "127.0.0.1"
PATIENCE_S: Final = 5.0
LINK_LOCAL: Final = ".local"
"""What a name ends with that avahi tells the network (RFC 6762)."""


def promised(page: LocalPage | None, machine: Machine, data: Path) -> Iterator[Finding]:
    """Under which names it is reached, and whether anybody can water from it."""
    if page is None:
        yield off("no_page")
        return
    own = machine.text("/etc/hostname").strip().lower()
    if own and own + LINK_LOCAL not in page.names:
        yield look("page_name_unknown", name=own + LINK_LOCAL)
    names = ", ".join(page.names) or "-"
    yield ok("page", name=next(iter(page.names), "<IP>"), port=page.port, names=names)
    yield _pin(machine.path(data / pin.FILE))


def answers(page: LocalPage, *, agent_runs: bool) -> Iterator[Finding]:
    """Ask the running agent's page; before a start, whether its port is free."""
    if page.port == 0:
        return
    if not agent_runs:
        yield from _is_taken(page.port)
        return
    connection = HTTPConnection(HERE, page.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/status.json")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        yield look("page_silent", port=page.port, why=error)
        return
    finally:
        connection.close()
    if status == HTTPStatus.OK:
        yield ok("page_answers", port=page.port)
    else:
        yield look("page_silent", port=page.port, why=f"status {status}")


def _is_taken(port: int) -> Iterator[Finding]:
    try:
        socket.create_server(("", port)).close()
    except OSError as error:
        yield look("page_port_taken", port=port, why=error)


def _pin(path: Path) -> Finding:
    try:
        lock = pin.load(path)
    except ConfigError as error:
        return look("pin_broken", why=error)
    return off("no_pin") if lock is None else ok("pin_chosen")
