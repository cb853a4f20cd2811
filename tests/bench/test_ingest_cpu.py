"""The bench of the worker's processor time stores what it times, and tells of both parts."""

from pathlib import Path

from sqlalchemy import text

from bench.ingest_cpu import measure
from cloud.db import make_engine


def test_what_is_timed_is_stored_and_reading_is_a_part_of_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    whole, read = measure(url, messages=20, turns=2)
    engine = make_engine(url)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT count(*) FROM sample")).scalar_one()
    engine.dispose()
    assert stored == 500 + 2 * 20
    assert 0 < read < whole
