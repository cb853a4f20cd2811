"""One transaction per request: opened before a route, committed before its reply leaves."""

from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing

_READ_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def get_session(request: Request) -> Iterator[Session]:
    """One transaction for one request, committed before the reply leaves."""
    engine: Engine = request.app.state.engine
    if request.method not in _READ_METHODS:
        engine = writing(engine)
    with Session(engine) as session, session.begin():
        yield session


def get_writing_session(request: Request) -> Iterator[Session]:
    """The same for the rare page that records that it was looked at."""
    with Session(writing(request.app.state.engine)) as session, session.begin():
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]
"""`scope="function"`: with a plain dependency a failed commit would reach the client as 200."""

WritingSessionDep = Annotated[Session, Depends(get_writing_session, scope="function")]
