"""A page for telephones in the greenhouse's own network: how things stand, STOP, water by PIN.

It owns threads and sockets and knows nothing of valves: it puts orders into the agent's inbox
and waits for the reply, so nothing that happens here can keep the control loop.
"""

import json
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Final

from edge import page_door, page_forms, page_frame, page_html, words
from edge.config_panel import LocalPage
from edge.orders import Order, Reply, ResumeHere, Source, StopHere, WaterHere
from edge.page_desk import PageDesk
from edge.view import View, ZoneView
from edge.words import Said

SOCKET_S: Final = 5.0
WHOLE_S: Final = 10.0
"""No telephone needs longer for a request of some hundred bytes."""
POLL_S: Final = 0.5
MOST_AT_ONCE: Final = 8
"""Telephones of one family; each holds a thread of the service's sixty-four."""
MOST_OF_ONE: Final = 4
"""Whatever one of them does, STOP gets through from another."""
MINUTE_S: Final = 60
SEEN_S: Final = 4
"""Long enough to read that it is done; then the page shows how things stand."""

_log = logging.getLogger("vuonso.page")


class PageServer:
    """Listens while it is started; an address that cannot be had is told, and water goes on."""

    def __init__(self, page: LocalPage, desk: PageDesk) -> None:
        self._page, self._desk = page, desk
        self._server: _Server | None = None

    @property
    def port(self) -> int | None:
        """Where it listens now."""
        return None if self._server is None else self._server.server_port

    def start(self) -> None:
        try:
            server = _Server(self._page.port, self._desk)
        except OSError as error:
            _log.warning("no page on port %d: %s", self._page.port, error)
            return
        self._server = server
        listen = threading.Thread(
            target=server.serve_forever, args=(POLL_S,), name="page", daemon=True
        )
        listen.start()
        _log.info("the page of this greenhouse is on port %d", server.server_port)

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


@dataclass(frozen=True, slots=True)
class _Guest:
    """A connection, where it comes from, and since when it is there."""

    connection: socket.socket
    address: str
    since: float


class _Server(ThreadingHTTPServer):
    """Few connections at a time, and none for long."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = MOST_AT_ONCE

    def __init__(self, port: int, desk: PageDesk) -> None:
        self.desk = desk
        self._guests: dict[int, _Guest] = {}
        self._lock = threading.Lock()
        super().__init__(("", port), _Request)

    def server_bind(self) -> None:
        """Without the look-up of our own name, which waits for a network that may not be there."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "", self.server_address[1]

    def verify_request(self, request: object, client_address: object) -> bool:
        """Take a connection in while there is room."""
        if not isinstance(request, socket.socket) or not isinstance(client_address, tuple):
            return False
        guest = _Guest(request, str(client_address[0]), self.desk.now())
        with self._lock:
            of_one = sum(guest.address == other.address for other in self._guests.values())
            if len(self._guests) >= MOST_AT_ONCE or of_one >= MOST_OF_ONE:
                return False
            self._guests[id(request)] = guest
            return True

    def service_actions(self) -> None:
        """Hang up on whoever sends a letter at a time."""
        now = self.desk.now()
        with self._lock:
            for guest in self._guests.values():
                if now - guest.since > WHOLE_S:
                    _hang_up(guest.connection)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override] # TCP only
        with self._lock:
            self._guests.pop(id(request), None)
        super().shutdown_request(request)


class _Request(BaseHTTPRequestHandler):
    """One request of one telephone; the connection ends with its answer."""

    server: _Server
    server_version, sys_version = "vuonso", ""
    timeout = SOCKET_S

    def do_GET(self) -> None:
        if not self._is_ours():
            return
        path, _, query = self.path.partition("?")
        language = "en" if path.endswith("/en") else "vi"
        view = self.server.desk.view()
        if view is None:
            self._tell(words.SILENT, language, HTTPStatus.SERVICE_UNAVAILABLE)
        elif path == "/status.json":
            self._send(HTTPStatus.OK, "application/json", json.dumps(asdict(view)))
        elif path.removesuffix("/en") in {"", "/"}:
            self._home(view, language, still=query == page_html.STILL)
        else:
            self._asked(path.removesuffix("/en"), view, language)

    def do_POST(self) -> None:
        if not self._is_ours():
            return
        fields = self._form()
        if fields is None:
            self._tell(words.BAD_FORM, "vi", HTTPStatus.BAD_REQUEST)
            return
        language = "en" if fields.get("language") == "en" else "vi"
        if self.path == "/stop":
            self._do(lambda reply: StopHere(Source.PAGE, reply), language, words.STOPPED)
        elif self.path not in {"/water", "/resume"}:
            self._tell(words.NOT_FOUND, language, HTTPStatus.NOT_FOUND)
        elif (refusal := self._refusal(fields, language)) is not None:
            self._ask_again(fields, language, refusal)
        elif self.path == "/resume":
            self._do(lambda reply: ResumeHere(Source.PAGE, reply), language, words.DONE)
        else:
            self._water(fields, language)

    def log_message(self, *_words: object) -> None:
        """Write nothing: a telephone that refreshes all day would fill the journal."""

    def _home(self, view: View, language: str, *, still: bool) -> None:
        """Refreshed by a header of HTTP, because no script runs here."""
        again = "" if still else str(page_html.REFRESH_S)
        self._html(page_html.home(view, language, still=still), again=again)

    def _asked(self, path: str, view: View, language: str) -> None:
        """One of the forms."""
        zone = _zone(view, path.removeprefix("/water/"))
        if path == "/resume":
            self._html(page_forms.resume(view, language))
        elif path.startswith("/water/") and zone is not None:
            self._html(page_forms.water(view, zone, language))
        else:
            self._tell(words.NOT_FOUND, language, HTTPStatus.NOT_FOUND)

    def _ask_again(self, fields: dict[str, str], language: str, refusal: str) -> None:
        """The same form with what stands against the PIN: nobody chooses minutes twice."""
        view = self.server.desk.view()
        zone = None if view is None else _zone(view, fields.get("zone", ""))
        if view is not None and self.path == "/resume":
            text = page_forms.resume(view, language, refusal)
        elif view is not None and zone is not None:
            text = page_forms.water(view, zone, language, refusal, fields.get("minutes", ""))
        else:
            text = page_html.told(refusal, language, good=False)
        self._html(text, HTTPStatus.FORBIDDEN)

    def _water(self, fields: dict[str, str], language: str) -> None:
        minutes, view = fields.get("minutes", ""), self.server.desk.view()
        zone = None if view is None else _zone(view, fields.get("zone", ""))
        if zone is None or minutes not in map(str, page_forms.MINUTES):
            self._tell(words.BAD_FORM, language, HTTPStatus.BAD_REQUEST)
            return
        key, seconds = zone.key, float(int(minutes) * MINUTE_S)

        def order(reply: Reply) -> Order:
            return WaterHere(Source.PAGE, key, seconds, reply)

        self._do(order, language, words.ACCEPTED)

    def _refusal(self, fields: dict[str, str], language: str) -> str | None:
        """What stands against the PIN of a form."""
        address = str(self.client_address[0])
        return self.server.desk.refuses(fields.get("pin", ""), address, language)

    def _do(self, make: Callable[[Reply], Order], language: str, done: Said) -> None:
        sentence, good = self.server.desk.order(make, language, done)
        status = HTTPStatus.OK if good else HTTPStatus.CONFLICT
        home = f"{SEEN_S}; url={page_frame.PATHS[language]}" if good else ""
        self._html(page_html.told(sentence, language, good=good), status, home)

    def _is_ours(self) -> bool:
        host, port = self.connection.getsockname()[:2]
        ours = page_door.is_ours(self.headers.get("Host"), (host, port), self.server.desk.names)
        if not ours:
            self._tell(words.NOT_FOUND, "vi", HTTPStatus.MISDIRECTED_REQUEST)
        return ours

    def _form(self) -> dict[str, str] | None:
        if not page_door.is_own_page(self.headers.get("Origin"), self.headers.get("Host")):
            return None
        size = page_door.body_size(
            self.headers.get("Content-Length"), self.headers.get("Content-Type")
        )
        return None if size is None else page_door.form(self.rfile.read(size))

    def _tell(self, said: Said, language: str, status: HTTPStatus) -> None:
        self._html(page_html.told(said.speak(language), language, good=False), status)

    def _html(self, text: str, status: HTTPStatus = HTTPStatus.OK, again: str = "") -> None:
        self._send(status, "text/html", text, again)

    def _send(self, status: HTTPStatus, kind: str, text: str, again: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", page_frame.POLICY),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
        ):
            self.send_header(name, value)
        if again:
            self.send_header("Refresh", again)
        self.end_headers()
        self.wfile.write(body)


def _zone(view: View, key: str) -> ZoneView | None:
    return next((zone for zone in view.zones if zone.key == key), None)


def _hang_up(request: socket.socket) -> None:
    with suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)
