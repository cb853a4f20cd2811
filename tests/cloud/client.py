"""The application's client, with one event loop for the requests of a process.

Starlette's own starts a thread with a loop for each request, and with it new threads for all that
blocks: more than the application itself takes to answer. Entered as a context, a client has a loop
of its own, in which the application starts and ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import starlette.testclient
from anyio.from_thread import start_blocking_portal


class TestClient(starlette.testclient.TestClient):
    """As Starlette's; see `one_loop`."""

    __test__ = False


@contextmanager
def one_loop() -> Iterator[None]:
    """All clients that are not entered share a loop meanwhile."""
    with start_blocking_portal() as portal:
        TestClient.portal = portal
        yield
        TestClient.portal = None
