"""A marketplace of our own: a real HTTP server with the bad habits of real ones, and its adapter.

It keeps several listings with one key if it is asked to make them, forgets whom it knew, counts
calls, answers after it has given up on the caller, and says yes to what it did not do.
"""

import http.client
import json
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast

from cloud.channels.listing import Json
from cloud.channels.pace import Fault
from cloud.channels.port import RefusedError

_FAULTS: Final = {401: Fault.AUTH, 422: Fault.FIX, 429: Fault.RETRY, 403: Fault.LIMIT}
_PATIENCE_S: Final = 20


class Floor(ThreadingHTTPServer):
    """`troubles` are what happens to the next writes, one each."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.listings: dict[str, Json] = {}
        self.sellers: dict[str, str] = {}
        self.troubles: deque[str] = deque()
        self.writes: list[Json] = []
        self.known = True
        self.on_write: Callable[[], object] | None = None

    def with_key(self, seller: str, key: str) -> list[str]:
        own = [number for number, whose in self.sellers.items() if whose == seller]
        return [number for number in own if self.listings[number]["key"] == key]

    def twice(self) -> list[str]:
        """Numbers of listings of which a seller has another with the same key."""
        return [
            number
            for number, seller in self.sellers.items()
            if len(self.with_key(seller, str(self.listings[number]["key"]))) > 1
        ]

    def promised(self) -> dict[str, int]:
        """Packs that buyers could order there, by our key."""
        return {str(one["key"]): cast("int", one["quantity"]) for one in self.listings.values()}

    def write(self, number: str | None, seller: str, told: Json) -> str:
        self.writes.append(told)
        number = number or str(1_000 + len(self.listings))
        self.listings[number], self.sellers[number] = told, seller
        meanwhile, self.on_write = self.on_write, None
        if meanwhile:
            meanwhile()
        return number


class _Counter(BaseHTTPRequestHandler):
    server: Floor

    def do_GET(self) -> None:
        """`/find/SELLER/KEY` or `/listing/SELLER/NUMBER`."""
        kind, seller, name = self.path.strip("/").split("/")
        if not self.server.known:
            self._say(401, {"message": "invalid access_token"})
        elif kind == "find":
            self._say(200, {"found": self.server.with_key(seller, name)})
        else:
            self._say(200, self.server.listings[name])

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        trouble = self.server.troubles.popleft() if self.server.troubles else ""
        if not self.server.known:
            self._say(401, {"message": "invalid access_token"})
        elif trouble in _PLAIN:
            self._say(*_PLAIN[trouble])
        elif trouble == "away":
            self.close_connection = True
        else:
            self._write(told, trouble)

    def _write(self, told: dict[str, Any], trouble: str) -> None:
        kept = told["told"]
        if trouble == "deaf":  # says yes, and leaves the price as it was
            kept = {**kept, "price": 1}
        number = self.server.write(told["number"], told["seller"], kept)
        if trouble == "killed":
            os.kill(told["process"], signal.SIGKILL)
        if trouble in {"late", "killed"}:
            self.close_connection = True
        else:
            self._say(200, {"number": number})

    def _say(self, status: int, told: Json) -> None:
        octets = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_words: object) -> None:
        """Quiet."""


_PLAIN: Final[dict[str, tuple[int, Json]]] = {
    "throttled": (429, {"message": "too many calls", "wait": 90}),
    "refused": (422, {"message": "item_name has forbidden words", "field": "title"}),
    "enough": (403, {"message": "daily limit of products reached"}),
    "broken": (500, {"message": "system busy"}),
}


@contextmanager
def opened() -> Iterator[Floor]:
    floor = Floor()
    thread = threading.Thread(target=floor.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield floor
    finally:
        floor.shutdown()
        floor.server_close()
        thread.join()


class FloorAdapter:
    """How we speak to it; also in a process of its own, so it knows nothing but the port."""

    def __init__(self, port: int, seller: str) -> None:
        self._port = port
        self._seller = seller

    def find(self, key: str) -> str | None:
        found = cast("list[str]", self._ask("GET", f"/find/{self._seller}/{key}")["found"])
        return found[0] if found else None

    def upsert(self, remote_id: str | None, told: Json) -> str:
        who = {"seller": self._seller, "process": os.getpid()}
        body = {"number": remote_id, "told": told, **who}
        return str(self._ask("POST", "/listing", body)["number"])

    def read(self, remote_id: str) -> Json:
        return self._ask("GET", f"/listing/{self._seller}/{remote_id}")

    def _ask(self, method: str, path: str, body: object = None) -> Json:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_S)
        try:
            line.request(method, path, json.dumps(body) if body else None)
            answer = line.getresponse()
            status, told = answer.status, cast("dict[str, Any]", json.loads(answer.read()))
        except (OSError, http.client.HTTPException) as error:
            raise RefusedError(Fault.RETRY, type(error).__name__) from error
        finally:
            line.close()
        if status == 200:
            return told
        wait = timedelta(seconds=told["wait"]) if "wait" in told else None
        fault = _FAULTS.get(status, Fault.RETRY)
        raise RefusedError(fault, told["message"], told.get("field", ""), wait)
