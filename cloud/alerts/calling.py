"""Asks another service over TLS: bounded in time and size, never redirected, past no proxy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from cloud.alerts.notifier import AwayError

PATIENCE_S: Final = 10.0
"""A service that has not answered by then is tried again later."""
MAX_ANSWER: Final = 64 * 1024
"""What any of them has to say fits into a kilobyte."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Answer:
    """What came back; the octets are a stranger's."""

    status: int
    octets: bytes


Post = Callable[[str, bytes, Mapping[str, str]], Answer]
"""How an adapter asks; given to it, so that it can be asked itself."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The answer to one POST.

    Raises:
        AwayError: nobody answered; it names neither the URL, which may hold a token, nor the body.
    """
    place = urlsplit(url)
    host, path = place.hostname or "", place.path + (f"?{place.query}" if place.query else "")
    if place.scheme != "https" and host not in LOOPBACK:
        raise AwayError("not encrypted")
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    line = kind(host, place.port, timeout=PATIENCE_S)
    try:
        line.request("POST", path, body, dict(headers))
        answer = line.getresponse()
        return Answer(answer.status, answer.read(MAX_ANSWER))
    except (OSError, HTTPException, ValueError) as error:
        raise AwayError(type(error).__name__) from None
    finally:
        line.close()
