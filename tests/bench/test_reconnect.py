"""The bench of boxes that come back, on a few: all are back, and all their rows are stored."""

from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from bench import reconnect
from cloud.db import make_engine
from cloud.settings import Settings
from cloud.telemetry.models import EpochState, Sample
from tests.edge.broker import BINARY


@pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
def test_all_are_back_and_all_their_rows_are_stored(tmp_path: Path) -> None:
    found = reconnect.measure(tmp_path, 10, 5)
    assert 0 < found.born_median_s <= found.born_last_s
    assert (found.boxes, found.rows) == (10, 50)
    assert found.broker_mb > 0
    engine = make_engine(Settings(data_dir=tmp_path).database)
    with Session(engine) as session:
        assert session.exec(select(func.count()).select_from(Sample)).one() == found.rows
        assert list(session.exec(select(EpochState.upto))) == [5] * 10
    engine.dispose()
