"""Open streams: snapshot first, shared bytes, silence while nothing changes, a clean end."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass

import pytest

from cloud.clock import Clock
from cloud.greenhouses.live import HEARTBEAT_S, LIFETIME_S, LOOK_S, REBUILD_S, Streams, stamped
from tests.cloud.conftest import START, FixedClock

DEADLINE_S = 10.0


@dataclass
class Garden:
    """A source that a test changes."""

    litres: int = 0
    changes: int = 0
    reads: int = 0
    broken: bool = False

    def version(self) -> int:
        return self.changes

    def state(self) -> str:
        self.reads += 1
        if self.broken:
            raise OSError("the database is away")
        return json.dumps({"litres": self.litres})

    def water(self, litres: int) -> None:
        self.litres = litres
        self.changes += 1


def run(story: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(story, DEADLINE_S))


async def state_of(stream: AsyncIterator[bytes]) -> dict[str, int]:
    event, data, *_rest = (await anext(stream)).decode().split("\n")
    assert event == "event: state"
    parsed: dict[str, int] = json.loads(data.removeprefix("data: "))
    return parsed


def test_first_a_snapshot_then_what_changed(clock: FixedClock) -> None:
    async def story() -> None:
        garden = Garden(litres=3)
        stream = Streams(clock).watch("g", garden)
        assert (await state_of(stream))["litres"] == 3
        garden.water(5)
        assert (await state_of(stream))["litres"] == 5

    run(story())


def test_viewers_share_one_reader_and_the_same_bytes(clock: FixedClock) -> None:
    async def story() -> None:
        garden, streams = Garden(), Streams(clock)
        viewers = [streams.watch("g", garden) for _ in range(20)]
        await asyncio.gather(*(anext(viewer) for viewer in viewers))
        assert (garden.reads, streams.open) == (1, 20)
        garden.water(9)
        events = await asyncio.gather(*(anext(viewer) for viewer in viewers))
        assert len({id(event) for event in events}) == 1
        assert garden.reads == 2

    run(story())


def test_a_late_viewer_gets_the_server_time_of_now(clock: FixedClock) -> None:
    async def story() -> None:
        garden, streams = Garden(), Streams(clock)
        first = streams.watch("g", garden)
        early = await state_of(first)
        clock.advance(seconds=1)
        late = await state_of(streams.watch("g", garden))
        assert late["now"] - early["now"] == 1000

    run(story())


def test_the_last_viewer_takes_the_reader_along(clock: FixedClock) -> None:
    async def story() -> None:
        garden, streams = Garden(), Streams(clock)
        stream = streams.watch("g", garden)
        await anext(stream)
        await stream.aclose()
        assert streams.open == 0
        again = streams.watch("g", garden)
        await anext(again)
        assert garden.reads == 2

    run(story())


@pytest.mark.parametrize("end", ["close", "lifetime", "broken"])
def test_a_stream_ends_cleanly(
    end: str, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        garden, streams = Garden(), Streams(clock)
        stream = streams.watch("g", garden)
        await anext(stream)
        if end == "close":
            streams.close()
        elif end == "lifetime":
            clock.advance(seconds=LIFETIME_S)
            garden.water(1)
            await anext(stream, None)
        else:
            garden.broken = True
            garden.water(1)
        assert await anext(stream, None) is None

    run(story())
    assert bool(caplog.records) is (end == "broken")


def test_time_alone_makes_the_reader_look_again(clock: FixedClock) -> None:
    async def story() -> None:
        garden = Garden()
        stream = Streams(clock).watch("g", garden)
        await anext(stream)
        garden.litres = 7
        clock.advance(seconds=REBUILD_S)
        assert (await state_of(stream))["litres"] == 7

    run(story())


def test_while_nothing_changes_all_viewers_hear_the_same_beat(clock: FixedClock) -> None:
    async def story() -> None:
        garden, streams = Garden(), Streams(clock)
        viewers = [streams.watch("g", garden) for _ in range(3)]
        await asyncio.gather(*(anext(viewer) for viewer in viewers))
        clock.advance(seconds=HEARTBEAT_S)
        beats = await asyncio.gather(*(anext(viewer) for viewer in viewers))
        assert set(beats) == {b"event: beat\ndata: 1\n\n"}

    run(story())


def test_a_silent_phone_notices_before_it_gives_up() -> None:
    assert LOOK_S < REBUILD_S < HEARTBEAT_S < 45 / 2


def test_stamp_puts_the_clock_into_the_object(clock: Clock) -> None:
    assert json.loads(stamped('{"a":1}', clock)) == {"now": START.timestamp() * 1000, "a": 1}
