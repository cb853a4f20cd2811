"""Asks another service over TLS: bounded in time and size, never redirected, past no proxy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, Literal
from urllib.parse import urlsplit

PATIENCE_S: Final = 10.0
"""A service that has not answered by then is tried again later."""
MAX_ANSWER: Final = 64 * 1024
"""What any of them has to say fits into a few kilobytes."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


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
    method: Literal["GET", "POST"], url: str, body: bytes | None, headers: Mapping[str, str]
) -> Answer:
    """The answer to one request.

    Raises:
        SilentError: nobody answered.
    """
    place = urlsplit(url)
    host, path = place.hostname or "", place.path + (f"?{place.query}" if place.query else "")
    if place.scheme != "https" and host not in LOOPBACK:
        raise SilentError("not encrypted")
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    line = kind(host, place.port, timeout=PATIENCE_S)
    try:
        line.request(method, path, body, dict(headers))
        answer = line.getresponse()
        return Answer(answer.status, answer.read(MAX_ANSWER))
    except (OSError, HTTPException, ValueError) as error:
        raise SilentError(type(error).__name__) from None
    finally:
        line.close()
