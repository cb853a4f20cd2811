"""A TCP line that is harmed as told: torn off, cut within a packet, held up, or left half-open.

Harm strikes what is being carried, so that it comes with the traffic and never between.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Final, Self

HOST: Final = "127.0.0.1"
PIECE: Final = 65_536
DELAY_S: Final = 0.3
STARTING_S: Final = 10.0
AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no patience: closing sends a reset instead of an orderly end."""


class Harm(StrEnum):
    """What may happen to a line."""

    RESET = "reset"
    CUT = "cut"
    """Half of what is being carried arrives, then the line ends at both ends."""
    STALL = "stall"
    """Open at both ends, and nothing passes any more, not even the end."""
    DELAY = "delay"


@dataclass(frozen=True)
class Blow:
    """A harm to the next visit that has carried so many octets."""

    harm: Harm
    after: int = 0


@dataclass
class _Visit:
    """One connection and its continuation."""

    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    carried: int = 0
    stalled: bool = False

    def reset(self) -> None:
        for end in self.ends:
            end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            end.transport.abort()

    def end(self) -> None:
        for end in self.ends:
            end.close()


@dataclass
class Line:
    """Forwards from a port of its own to another one on this machine, in a thread of its own."""

    target: int
    port: int = 0
    struck: Counter[Harm] = field(default_factory=Counter)
    visits: int = 0
    _blows: deque[Blow] = field(default_factory=deque)
    _ends: list[asyncio.StreamWriter] = field(default_factory=list)
    """All there ever were: what was left half-open must be let go at last."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._thread.start()
        assert self._ready.wait(STARTING_S)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"mqtt://{HOST}:{self.port}"

    def strike(self, blow: Blow) -> None:
        """Harm what is carried next."""
        self._blows.append(blow)

    def spare(self) -> None:
        """Forget the harm that has not struck yet."""
        self._blows.clear()

    @property
    def pending(self) -> int:
        return len(self._blows)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._welcome, HOST, self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._tasks)
        for end in self._ends:
            with contextlib.suppress(OSError):
                await end.wait_closed()

    async def _welcome(self, source: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self.visits += 1
        self._ends.append(back)
        try:
            answers, on = await asyncio.open_connection(HOST, self.target)
        except OSError:
            back.transport.abort()
            return
        self._ends.append(on)
        visit = _Visit((back, on))
        for start, sink in ((source, on), (answers, back)):
            task = asyncio.create_task(self._forward(visit, start, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(
        self, visit: _Visit, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                await self._carry(visit, piece, sink)
        if not visit.stalled:
            visit.end()

    async def _carry(self, visit: _Visit, piece: bytes, sink: asyncio.StreamWriter) -> None:
        if visit.stalled:
            return
        match self._harm_due(visit):
            case Harm.RESET:
                visit.reset()
                return
            case Harm.CUT:
                sink.write(piece[: len(piece) // 2])
                visit.end()
                return
            case Harm.STALL:
                visit.stalled = True
                return
            case Harm.DELAY:
                await asyncio.sleep(DELAY_S)
            case None:
                pass
        visit.carried += len(piece)
        sink.write(piece)
        await sink.drain()

    def _harm_due(self, visit: _Visit) -> Harm | None:
        if not self._blows or visit.carried < self._blows[0].after:
            return None
        harm = self._blows.popleft().harm
        self.struck[harm] += 1
        return harm
