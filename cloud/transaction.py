"""One transaction per request: opened before a route, committed before its reply leaves."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing

_READ_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def get_session(request: Request) -> AsyncIterator[Session]:
    """One transaction for one request, committed before the reply leaves."""
    engine: Engine = request.app.state.engine
    reads = request.method in _READ_METHODS
    opened = _transaction(engine if reads else writing(engine))
    if reads and engine.dialect.name == "sqlite":
        with opened as session:  # waits for nothing; threads would cost more than a page's rows
            yield session
    else:
        async with contextmanager_in_threadpool(opened) as session:
            yield session


def get_writing_session(request: Request) -> Iterator[Session]:
    """The same for the rare page that records that it was looked at."""
    with _transaction(writing(request.app.state.engine)) as session:
        yield session


@contextmanager
def looking(request: Request) -> Iterator[Session]:
    """For a page that is asked for very often and writes nothing: opened by its route.

    A dependency's way in and out costs as much as the page's rows, and on PostgreSQL two more
    threads.
    """
    with _transaction(request.app.state.engine) as session:
        yield session


@contextmanager
def _transaction(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, session.begin():
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]
"""`scope="function"`: with a plain dependency a failed commit would reach the client as 200."""

WritingSessionDep = Annotated[Session, Depends(get_writing_session, scope="function")]
