"""A service on loopback that keeps what it is asked and answers as its maker's documents say."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from cloud.calling import Answer

SENT = {"ok": True, "result": {"message_id": "82599fa32f56d00e8941", "date": 1749632637199}}
"""What Zalo's bots answer to `sendMessage` (bot.zaloplatforms.com/docs)."""
ME = {
    "ok": True,
    "result": {"id": "1459232241454765289", "account_name": "bot.Vuon", "account_type": "BASIC"},
}
HOOKED = {"ok": True, "result": {"url": "https://vuon.example.vn", "updated_at": 1749538250568}}
UNKNOWN_CHAT = {"ok": False, "error_code": 404, "description": "Chat not found"}
BUSY = {"ok": False, "error_code": 429, "description": "Too many requests"}


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        told: dict[str, object] = json.loads(self.body)
        return told


@dataclass
class Service:
    """Answers with `answer` and `status`, whatever is asked; the last request is the last one."""

    answer: object = field(default_factory=lambda: SENT)
    status: int = 200
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        service = self

        class Talk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = service.take(Asked(self.path, dict(self.headers), body))
                self.send_response(answer.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(answer.octets)

            def log_message(self, *_words: object) -> None:
                """Tests read the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer(self.status, json.dumps(self.answer).encode())

    def ask(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The same without a socket, for adapters whose addresses are not ours to choose."""
        return self.take(Asked(url, headers, body))
