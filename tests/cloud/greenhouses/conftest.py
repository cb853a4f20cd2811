"""Fixtures of the greenhouse feature."""

import pytest
from sqlalchemy import Engine

from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.greenhouses.garden import Garden


@pytest.fixture
def garden(engine: Engine, seeded: Seeded, clock: FixedClock) -> Garden:
    """The seeded greenhouse with its device connected and silent."""
    device = Garden(engine, seeded, clock)
    device.birth()
    return device
