"""The arithmetic of docs/scale.md on an hour that is easy to reckon."""

from bench.scale import Engines, Hour, live, table

HOUR = Hour(rows=3_600, messages=3_600, octets=0, squeezed=0)


def test_rates_grow_with_the_greenhouses() -> None:
    lines = dict(table(HOUR, Engines(rows_s=10_000.0, row_octets=100.0, raw_days=1)))
    assert lines["rows a second"] == ["1.000", "5,000", "29,411", "1,000,000"]
    assert lines["of that one process"] == ["0.0001", "0.5", "2.94", "100"]
    assert lines["raw rows of 1 days"][:2] == ["8.64 MB", "43.2 GB"]


def test_an_hour_of_the_agent_is_a_message_a_minute() -> None:
    hour = live()
    assert hour.messages == 60
    assert hour.rows >= 180
    assert hour.squeezed < hour.octets / 3
