"""The internal port: every vital with its reason, and the metrics, for this machine alone.

A listener of its own on the loopback address, with threads of its own: it answers while all
threads of the pages wait for a database, and no proxy in front of the pages can lead here.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from cloud.errors import ConfigurationError
from cloud.health import Vitals

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK: Final = "127.0.0.1"
_STALLED_S: Final = 5.0  # a caller who sends no request for so long is let go
_POLL_S: Final = 0.1  # how soon the listener notices that it shall end


@contextmanager
def listening(port: int, vitals: Vitals, registry: CollectorRegistry) -> Iterator[int]:
    """Serve `/healthz`, `/readyz` and `/metrics` during the block; with port 0 nothing listens.

    Raises:
        ConfigurationError: somebody else has the port.
    """
    if not port:
        yield 0
        return
    with opened(port, vitals, registry) as at:
        yield at


@contextmanager
def opened(port: int, vitals: Vitals, registry: CollectorRegistry) -> Iterator[int]:
    """The same; port 0 is any free one."""
    try:
        server = _Server((LOOPBACK, port), _Quiet)
    except OSError as error:
        raise ConfigurationError(
            f"VUONSO_INTERNAL_PORT: cannot listen on {LOOPBACK}:{port} ({error.strerror})"
        ) from None
    server.set_app(application(vitals, registry))
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="internal")
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def application(vitals: Vitals, registry: CollectorRegistry) -> "WSGIApplication":
    """The three addresses; everything else is not found."""
    metrics: WSGIApplication = make_wsgi_app(registry)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/metrics":
            return metrics(environ, start)
        status, body = _said(environ.get("PATH_INFO", ""), vitals)
        start(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    return answer


def _said(path: str, vitals: Vitals) -> tuple[HTTPStatus, dict[str, object]]:
    if path == "/healthz":
        return HTTPStatus.OK, {"alive": True}
    if path != "/readyz":
        return HTTPStatus.NOT_FOUND, {"error": "there are /healthz, /readyz and /metrics"}
    found = vitals.findings()
    good = all(vital.ok for vital in found if vital.urgent)
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return status, {"ready": good, "vitals": [asdict(vital) for vital in found]}


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a caller; one that hangs keeps nobody from being answered, nor us from ending."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64  # callers not yet taken; five, the library's default, is a browser


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request, and does not wait for a caller that is silent."""

    timeout = _STALLED_S

    def log_message(self, *_words: object) -> None:
        """Whoever looks is this machine itself, every few seconds."""
