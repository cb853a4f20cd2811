"""Open streams: one reader of the database for each watched page, its bytes shared by all viewers.

Knows nothing of greenhouses; a `Source` tells when something may have changed and what is so.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Hashable
from dataclasses import dataclass, field
from typing import Final, Protocol

from fastapi.concurrency import run_in_threadpool

from cloud.clock import Clock, unix_ms

LOOK_S: Final = 0.5  # a changed version reaches the page within this
REBUILD_S: Final = 5.0  # sentences also change with time alone («Đang dừng…»)
HEARTBEAT_S: Final = 20.0  # the page gives a silent stream up after 45 s: two may be late
LIFETIME_S: Final = 900.0  # then the page comes back, and its login is checked again

_log = logging.getLogger(__name__)

_BEAT: Final = b"event: beat\ndata: 1\n\n"


class Source(Protocol):
    """What is watched. `state` reads the database and is called in a worker thread."""

    def version(self) -> int: ...

    def state(self) -> str:
        """A JSON object."""


@dataclass
class _Channel:
    """What all viewers of one source share; `news` is replaced each time it has fired."""

    viewers: int = 0
    state: str | None = None
    event: bytes = b""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    pump: asyncio.Task[None] | None = None

    def tell(self) -> None:
        self.news.set()
        self.news = asyncio.Event()

    async def beats(self, shown: bytes | None) -> bool:
        """Wait for what is told next, and whether it is but a beat to who was shown this."""
        await self.news.wait()
        return shown is not None and shown is self.event and not self.ended

    def finish(self, pump: asyncio.Task[None]) -> None:
        """Let the viewers go; they come back by themselves, and to a fresh reader."""
        if not pump.cancelled() and pump.exception() is not None:
            _log.error("a live stream's reader failed", exc_info=pump.exception())
        self.tell()

    @property
    def ended(self) -> bool:
        return self.pump is None or self.pump.done()


class Streams:
    """All open streams of this process; lives in its event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[Hashable, _Channel] = {}

    @property
    def open(self) -> int:
        return sum(channel.viewers for channel in self._channels.values())

    def close(self) -> None:
        """End all streams; a server that waits for its connections needs this first."""
        for channel in self._channels.values():
            if channel.pump is not None:
                channel.pump.cancel()

    async def watch(self, key: Hashable, source: Source) -> AsyncGenerator[bytes]:
        """Server-sent events: a full state first, then each new one, a beat in between.

        A viewer owns no timer: whatever wakes it was told to the whole channel at once.
        """
        channel = self._join(key, source)
        del source  # the channel's reader has the one it needs
        until = self._clock.mono() + LIFETIME_S
        shown: bytes | None = None
        try:
            while not channel.ended and self._clock.mono() < until:
                if channel.state is not None and shown is not channel.event:
                    first, shown = shown is None, channel.event
                    yield self._event(channel.state) if first else channel.event
                elif await channel.beats(shown):
                    yield _BEAT
        finally:
            self._leave(key, channel)

    def _join(self, key: Hashable, source: Source) -> _Channel:
        channel = self._channels.get(key)
        if channel is None or channel.ended:
            channel = self._channels[key] = _Channel()
            channel.pump = asyncio.create_task(self._pump(channel, source))
            channel.pump.add_done_callback(channel.finish)
        channel.viewers += 1
        return channel

    def _leave(self, key: Hashable, channel: _Channel) -> None:
        channel.viewers -= 1
        if channel.viewers == 0 and channel.pump is not None:
            channel.pump.cancel()
            if self._channels.get(key) is channel:
                del self._channels[key]

    async def _pump(self, channel: _Channel, source: Source) -> None:
        version, due, beat = -1, self._clock.mono(), self._clock.mono() + HEARTBEAT_S
        while True:
            if source.version() != version or self._clock.mono() >= due:
                version, due = source.version(), self._clock.mono() + REBUILD_S
                self._put(channel, await run_in_threadpool(source.state))
            if self._clock.mono() >= beat:
                beat = self._clock.mono() + HEARTBEAT_S
                channel.tell()
            await asyncio.sleep(LOOK_S)

    def _put(self, channel: _Channel, state: str) -> None:
        if state != channel.state:
            channel.state, channel.event = state, self._event(state)
            channel.tell()

    def _event(self, state: str) -> bytes:
        """The state with this moment on the server's clock, by which the page reckons ages."""
        return f"event: state\ndata: {stamped(state, self._clock)}\n\n".encode()


def stamped(state: str, clock: Clock) -> str:
    """The JSON object with the member `now` in front."""
    return f'{{"now":{unix_ms(clock.now())},{state[1:]}'


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
