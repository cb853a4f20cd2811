"""A line to a broker that can go half-open: connected at both ends, and nothing gets through."""

import socket
import threading
from contextlib import suppress

PIECE = 65_536


class Proxy:
    """Forwards TCP on loopback, or swallows what comes from either side."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.swallows = False
        self.visits = 0
        self._open: list[socket.socket] = [self._server]
        threading.Thread(target=self._welcome, daemon=True).start()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def close(self) -> None:
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._server.accept()
                self.visits += 1
                broker = socket.create_connection(("127.0.0.1", self._target))
                self._open += [visitor, broker]
                for pair in ((visitor, broker), (broker, visitor)):
                    threading.Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if not self.swallows:
                    sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
