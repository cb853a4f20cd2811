"""The bench of the worker's processor takes and stores what it times, and tells of all parts."""

from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import text

from bench import ingest_line
from bench.ingest_cpu import measure, taking
from bench.ingest_rig import device_ids, traffic
from cloud.db import make_engine
from cloud.telemetry.waiting import BATCH_SIZE


def test_what_is_timed_is_stored_and_reading_is_a_part_of_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    whole, read = measure(url, messages=20, turns=2)
    engine = make_engine(url)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT count(*) FROM sample")).scalar_one()
    engine.dispose()
    assert stored == BATCH_SIZE + 2 * 20
    assert 0 < read < whole


def test_all_that_is_poured_is_taken() -> None:
    messages = traffic(device_ids(3), 300, 1)
    heard: list[tuple[str, bytes]] = []
    client = Client(CallbackAPIVersion.VERSION2, manual_ack=True)
    client.on_message = lambda _client, _data, one: heard.append((one.topic, bytes(one.payload)))
    ingest_line.pour(client, b"".join(ingest_line.packets(messages)))
    assert heard == messages


def test_taking_is_timed_for_both() -> None:
    alone, ours = taking(messages=200, turns=1)
    assert min(alone, ours) > 0
