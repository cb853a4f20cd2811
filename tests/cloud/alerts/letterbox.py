"""A mail server on loopback that keeps what it is given, or refuses it, as RFC 5321 says."""

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self


@dataclass
class Letterbox:
    """`refusal` answers the next recipients instead of 250."""

    refusal: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    def __enter__(self) -> Self:
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                box.talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._thread = threading.Thread(target=self._server.serve_forever)
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
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def talk(self, line: socketserver.StreamRequestHandler) -> None:
        line.wfile.write(b"220 letterbox\r\n")
        while word := line.rfile.readline():
            verb = word[:4].upper()
            line.wfile.write(self._answer(verb).encode() + b"\r\n")
            if verb == b"DATA":
                self._keep(line)
            if verb == b"QUIT":
                return

    def _answer(self, verb: bytes) -> str:
        if verb == b"RCPT" and self.refusal:
            return self.refusal
        return {b"DATA": "354 go on", b"QUIT": "221 bye"}.get(verb, "250 ok")

    def _keep(self, line: socketserver.StreamRequestHandler) -> None:
        body = b"".join(iter(line.rfile.readline, b".\r\n"))
        self.mails.append(message_from_bytes(body, policy=policy.default))
        line.wfile.write(b"250 kept\r\n")
