"""A call to another service ends, whatever that service does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cloud.calling import MAX_ANSWER, Answer, SilentError, ask

BODY = b"well"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n" + BODY
PAUSE_S = 0.05
PATIENCE_S = 0.5
"""Ten pauses: each octet comes in time, and the hundred of them do not."""


@contextmanager
def service(pieces: list[bytes], pause_s: float) -> Iterator[str]:
    """Says these pieces to whoever asks, with a pause before each; yields its address."""
    enough = threading.Event()

    def talk(listener: socket.socket) -> None:
        line, _address = listener.accept()
        with line:
            line.recv(65_536)
            for piece in pieces:
                enough.wait(pause_s)
                try:
                    line.sendall(piece)
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, args=(listener,))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        enough.set()
        thread.join()


def octets(text: bytes) -> list[bytes]:
    return [text[at : at + 1] for at in range(len(text))]


def test_a_service_that_speaks_slowly_and_in_time_is_heard() -> None:
    with service([WHOLE[:20], WHOLE[20:-2], WHOLE[-2:]], pause_s=0.01) as url:
        assert ask("GET", url, None, {}) == Answer(200, BODY)


@pytest.mark.parametrize(
    "pieces",
    [octets(WHOLE), [WHOLE[: -len(BODY)], *[BODY[:1]] * 3, b"", *[b""] * 40, BODY[3:]]],
    ids=["head and body", "body"],
)
def test_a_service_whose_answer_drips_is_not_heard_to_the_end(pieces: list[bytes]) -> None:
    """Each octet comes well within the patience, so that it is the whole call that is bounded."""
    with service(pieces, PAUSE_S) as url, pytest.raises(SilentError, match="Timeout"):
        ask("POST", url, b"{}", {}, patience_s=PATIENCE_S)


def test_a_service_that_says_nothing_is_silent() -> None:
    with service([], PAUSE_S) as url, pytest.raises(SilentError):
        ask("GET", url, None, {}, patience_s=PATIENCE_S)


def test_of_an_endless_answer_no_more_is_read_than_anybody_has_to_say() -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (2 * MAX_ANSWER)
    with service([endless], 0.0) as url:
        assert len(ask("GET", url, None, {}).octets) == MAX_ANSWER


def test_a_handshake_that_never_ends_is_bounded_too() -> None:
    """The server takes the connection and says nothing of TLS."""
    with service([b""] * 100, PAUSE_S) as url, pytest.raises(SilentError):
        ask("GET", url.replace("http://", "https://"), None, {}, patience_s=PATIENCE_S)
