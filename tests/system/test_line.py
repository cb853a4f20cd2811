"""The line that campaigns break does to its visitors what it says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.system.chaos.line import HOST, Blow, Harm, Line

WORD = b"water"
PATIENCE_S = 30.0
SILENCE_S = 0.5


def echo(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            visitor, _ = server.accept()
            threading.Thread(target=answer, args=(visitor,), daemon=True).start()


def answer(visitor: socket.socket) -> None:
    with visitor, suppress(OSError):
        while said := visitor.recv(64):
            visitor.sendall(said)


@pytest.fixture
def line() -> Iterator[Line]:
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=echo, args=(server,), daemon=True).start()
        with Line(server.getsockname()[1]) as line:
            yield line
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def visitor(line: Line) -> Iterator[socket.socket]:
    with socket.create_connection((HOST, line.port), PATIENCE_S) as visitor:
        yield visitor


def test_what_is_not_harmed_passes_both_ways(line: Line, visitor: socket.socket) -> None:
    visitor.sendall(WORD)
    assert visitor.recv(64) == WORD
    assert not line.struck


def test_a_reset_is_a_reset(line: Line, visitor: socket.socket) -> None:
    line.strike(Blow(Harm.RESET))
    visitor.sendall(WORD)
    with pytest.raises(ConnectionResetError):
        visitor.recv(64)
    assert line.struck == {Harm.RESET: 1}


def test_a_cut_passes_a_half_and_ends(line: Line, visitor: socket.socket) -> None:
    visitor.sendall(WORD)
    assert visitor.recv(64) == WORD
    line.strike(Blow(Harm.CUT, after=2 * len(WORD)))
    visitor.sendall(WORD)
    assert visitor.recv(64) in {b"", WORD[: len(WORD) // 2]}
    assert line.struck == {Harm.CUT: 1}


def test_a_stalled_line_is_open_and_says_nothing(line: Line, visitor: socket.socket) -> None:
    line.strike(Blow(Harm.STALL))
    for _ in range(3):
        visitor.sendall(WORD)
    visitor.settimeout(SILENCE_S)
    with pytest.raises(TimeoutError):
        visitor.recv(64)


def test_a_delayed_word_arrives(line: Line, visitor: socket.socket) -> None:
    line.strike(Blow(Harm.DELAY))
    visitor.sendall(WORD)
    assert visitor.recv(64) == WORD
    assert line.struck == {Harm.DELAY: 1}


def test_harm_waits_until_so_much_was_carried_and_can_be_called_off(
    line: Line, visitor: socket.socket
) -> None:
    line.strike(Blow(Harm.RESET, after=1_000))
    visitor.sendall(WORD)
    assert visitor.recv(64) == WORD
    assert line.pending == 1
    line.spare()
    assert line.pending == 0
