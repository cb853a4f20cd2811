"""Fixtures of the alerts: the seeded greenhouse with its device connected, and a burst pipe."""

from collections.abc import Callable

import pytest

from cloud.alerts.watch import look_round
from tests.cloud.greenhouses.conftest import garden
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind

__all__ = ["alarm", "garden"]


@pytest.fixture
def alarm(garden: Garden) -> Callable[[], None]:
    """The first zone's pipe bursts, and the round sees it."""

    def sound() -> None:
        garden.event(EventKind.FAULT, fault="burst", flow_lpm=20.0)
        look_round(garden.engine, garden.clock.now())

    return sound
