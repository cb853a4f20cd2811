"""Answers that go on: the application lets go of the request first, and nobody tells the deaf."""

import asyncio
import gc
import weakref
from collections.abc import AsyncGenerator, Coroutine

import pytest
from starlette.types import Message, Receive, Scope, Send

from cloud.onlooking import Onlook, Onlookers

DEADLINE_S = 10.0


class Noted:
    """Something a layer on the way in keeps with the request."""


class Line:
    """A telephone's end of a request."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.heard: asyncio.Queue[Message] = asyncio.Queue()
        self.over = False

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.heard.put_nowait(message)
        if message["type"] == "http.response.body" and not message["more_body"]:
            self.gone.set()  # a server says so too once the answer is complete

    async def body(self) -> bytes:
        """The next octets; empty ones tell only that the answer goes on."""
        while not (message := await self.heard.get()).get("body"):
            assert message.get("more_body", True)
        octets: bytes = message["body"]
        return octets


class Garden:
    """An application that answers with two words, and notes how far it has come."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.steps: list[str] = []
        self.kept: weakref.ref[Noted] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        noted = scope["state"]["noted"] = scope["noted"] = Noted()
        self.kept = weakref.ref(noted)
        await Onlook(self.words(), "text/event-stream")(scope, receive, send)
        self.steps.append("answered")

    async def words(self) -> AsyncGenerator[bytes]:
        try:
            for word in (b"one", b"two"):
                self.steps.append(word.decode())
                yield word
            if self.fails:
                raise LookupError
            await asyncio.Event().wait()
        finally:
            self.steps.append("ended")


def run(story: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(story, DEADLINE_S))


def opened(garden: Garden, line: Line) -> "asyncio.Task[None]":
    scope = {"type": "http", "state": {}}
    return asyncio.ensure_future(Onlookers(garden)(scope, line.receive, line.send))


def test_the_application_is_done_before_the_first_word_and_keeps_nothing() -> None:
    async def story() -> None:
        garden, line = Garden(), Line()
        telling = opened(garden, line)
        assert [await line.body(), await line.body()] == [b"one", b"two"]
        assert garden.steps == ["answered", "one", "two"]
        gc.collect()
        assert garden.kept is not None
        assert garden.kept() is None
        line.gone.set()
        await telling

    run(story())


def test_nobody_is_told_once_the_telephone_has_gone() -> None:
    async def story() -> None:
        garden, line = Garden(), Line()
        telling = opened(garden, line)
        await line.body()
        line.gone.set()
        await telling
        assert garden.steps[-1] == "ended"

    run(story())


def test_a_teller_that_fails_is_heard_of_and_leaves_nobody_waiting() -> None:
    async def story() -> None:
        garden = Garden(fails=True)
        with pytest.raises(ExceptionGroup) as told:
            await opened(garden, Line())
        assert told.group_contains(LookupError)
        assert garden.steps[-1] == "ended"

    run(story())


def test_any_other_answer_passes_as_it_is() -> None:
    async def story() -> None:
        async def short(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.body", "body": b"all", "more_body": False})

        line = Line()
        await Onlookers(short)({"type": "lifespan"}, line.receive, line.send)
        assert await line.body() == b"all"

    run(story())
