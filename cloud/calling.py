"""Asks another service over TLS: bounded in time and size, never redirected, past no proxy."""

import io
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final, Literal, cast
from urllib.parse import SplitResult, urlsplit

from cloud.clock import Clock, SystemClock

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PATIENCE_S: Final = 10.0
"""A service that has not said everything by then is tried again later."""
MAX_ANSWER: Final = 64 * 1024
"""What any of them has to say fits into a few kilobytes."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}


class SilentError(Exception):
    """Nobody answered; it names neither the URL, which may hold a secret, nor the body."""


@dataclass(frozen=True)
class Answer:
    """What came back; the octets are a stranger's."""

    status: int
    octets: bytes


Get = Callable[[str], Answer]
"""How an adapter reads; given to it, so that it can be asked itself."""


def get(url: str) -> Answer:
    """The answer to one GET.

    Raises:
        SilentError: nobody answered.
    """
    return ask("GET", url, None, {})


def ask(
    method: Literal["GET", "POST"],
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    patience_s: float = PATIENCE_S,
) -> Answer:
    """The answer to one request.

    Raises:
        SilentError: nobody answered, or not to the end within `patience_s`.
    """
    place = urlsplit(url)
    path = place.path + (f"?{place.query}" if place.query else "")
    if place.scheme != "https" and place.hostname not in LOOPBACK:
        raise SilentError("not encrypted")
    patience = _Patience(SystemClock(), patience_s)
    try:
        return _talk(_line(place, patience), patience, (method, path, body, dict(headers)))
    except (OSError, HTTPException, ValueError) as error:
        raise SilentError(type(error).__name__) from None


class _Patience:
    """What is left of the time for a whole call, however many steps it takes."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._deadline = clock, clock.mono() + seconds

    @property
    def left_s(self) -> float:
        """Raises TimeoutError when nothing is left."""
        left = self._deadline - self._clock.mono()
        if left <= 0:
            raise TimeoutError
        return left


class _Ear(io.RawIOBase):
    """Octets of an answer; a service that lets them drip is not heard to the end."""

    def __init__(self, line: socket.socket, patience: _Patience) -> None:
        self._line, self._patience = line, patience

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        self._line.settimeout(self._patience.left_s)
        return self._line.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What `http.client` asks of a socket."""
        return io.BufferedReader(self)


def _line(place: SplitResult, patience: _Patience) -> HTTPConnection:
    """A connection to the first of the service's addresses that takes one."""
    host, port = place.hostname or "", place.port or _PORTS[place.scheme]
    reached = _reached(host, port, patience)
    if place.scheme == "http":
        line = HTTPConnection(host, place.port)
        line.sock = reached
        return line
    line = HTTPSConnection(host, place.port)
    reached.settimeout(patience.left_s)
    try:
        line.sock = ssl.create_default_context().wrap_socket(reached, server_hostname=host)
    except OSError:
        reached.close()
        raise
    return line


def _reached(host: str, port: int, patience: _Patience) -> socket.socket:
    refusal = OSError("no address")
    for *_kind, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            return socket.create_connection((str(address[0]), port), patience.left_s)
        except TimeoutError:
            raise
        except OSError as error:
            refusal = error
    raise refusal


def _talk(
    line: HTTPConnection,
    patience: _Patience,
    request: tuple[str, str, bytes | None, dict[str, str]],
) -> Answer:
    try:
        line.sock.settimeout(patience.left_s)
        line.request(*request)
        answer = HTTPResponse(cast("socket.socket", _Ear(line.sock, patience)), method=request[0])
        answer.begin()
        return Answer(answer.status, answer.read(MAX_ANSWER))
    finally:
        line.close()
