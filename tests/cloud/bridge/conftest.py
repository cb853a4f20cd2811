"""The seeded farm's device as a running agent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cloud.devices.vault import open_vault
from cloud.settings import Settings
from tests.cloud.bridge.bridge import Bridge
from tests.cloud.conftest import FixedClock, Seeded
from tests.edge.rig import Rig


@pytest.fixture
def bridge(
    engine: Engine, settings: Settings, clock: FixedClock, seeded: Seeded, tmp_path: Path
) -> Iterator[Bridge]:
    """An agent that has connected for the first time."""
    folder = tmp_path / "edge"
    folder.mkdir()
    rig = Rig(folder)
    rig.close()
    rig.identity, rig.store_path = seeded.identity, folder / "own.db"
    rig.start()
    bridge = Bridge(engine, open_vault(settings), clock, rig)
    bridge.connect()
    bridge.seconds(20)
    bridge.rows()
    yield bridge
    rig.close()
