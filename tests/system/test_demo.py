"""The demonstration as a newcomer meets it: real processes, a real broker, one whole story."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.system.conftest import ROOT, Start

SHARED = Path(os.environ.get("VUONSO_SHARED", ROOT.parent / "shared"))
GLASSHOUSE = SHARED / "data" / "agc3_lettuce_reference_5min.csv"
KEYS = {
    "doses",
    "litres_meter",
    "litres_plant",
    "litres_difference",
    "rows_edge",
    "rows_cloud",
    "valve_open_max_s",
    "lot",
    "stamps_issued",
    "label_pdf",
    "scan_url",
    "verdict",
    "product_url",
    "order_id",
    "seconds",
}


@pytest.mark.parametrize(
    ("hours", "climate"),
    [
        pytest.param("2", [], id="2 h, generated climate"),
        pytest.param(
            "24",
            ["--climate", GLASSHOUSE],
            marks=pytest.mark.skipif(
                not GLASSHOUSE.exists(), reason=f"{GLASSHOUSE.name} is not on this machine"
            ),
            id="24 h, recorded glasshouse",
        ),
    ],
)
def test_one_crop_from_the_probe_to_the_buyer(
    start: Start,
    tmp_path: Path,
    hours: str,
    climate: list[str | Path],
    living: Callable[[], list[str]],
) -> None:
    written = tmp_path / "run.json"
    options = ["--data", tmp_path / "demo", "--hours", hours, *climate]
    run = start("demo", "--once", "--port", "0", "--json", written, *options, within_s=600)
    assert run.finish() == 0, run.text
    summary = json.loads(written.read_text("utf-8"))
    assert set(summary) == KEYS
    assert summary["rows_edge"] == summary["rows_cloud"]
    assert summary["verdict"] == "genuine"
    assert Path(summary["label_pdf"]).read_bytes().startswith(b"%PDF-")
    assert living() == []
    follow_a_click(tmp_path / "demo" / "logs")


def follow_a_click(logs: Path) -> None:
    """One wish for water and one STOP, from the page to the pin and back, by their ids."""
    told = [json.loads(line) for line in (logs / "cloud.log").read_text("utf-8").splitlines()]
    at_the_box = (logs / "greenhouse.log").read_text("utf-8")
    for op, here, there in (
        (
            "water",
            WATER_IN_THE_CLOUD,
            ("asking", "command.accepted", "dose.started", "dose.ended"),
        ),
        ("stop", STOP_IN_THE_CLOUD, ("stopped",)),
    ):
        asked = next(line for line in told if line["message"] == "asked" and line["op"] == op)
        assert asked["request"], "the number of the click"
        name = asked["command"]
        said = [line["message"] for line in told if line.get("command") == name]
        assert [message for message in said if message in here] == list(here), said
        lines = [line for line in at_the_box.splitlines() if f"command={name}" in line]
        for word in there:
            assert any(f": {word} " in line for line in lines), (word, lines)


WATER_IN_THE_CLOUD = (
    "asked",
    "sent",
    "confirmed",
    "told: command.accepted",
    "told: command.running",
    "told: command.done",
)
STOP_IN_THE_CLOUD = ("asked", "sent", "told: stopped")


def test_a_person_starts_stops_and_starts_again(
    start: Start, tmp_path: Path, living: Callable[[], list[str]]
) -> None:
    folder = tmp_path / "demo"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = start("demo", "--data", folder, "--hours", "1", "--port", port)
        assert f"Port {port} is taken" in run.read_until("taken")
        first_link = run.read_until("Farmer")
        run.read_until("Stop")
        refused = start("demo", "--data", folder)
        assert refused.finish() == 1
        assert "Another demonstration" in refused.text
        assert run.interrupt() == 0
    assert "cloud stopped" in run.text
    assert "greenhouse stopped" in run.text
    assert living() == []
    again = start("demo", "--data", folder, "--hours", "1", "--port", "0")
    assert again.read_until("Farmer") != first_link
    again.read_until("Stop")
    assert again.interrupt() == 0
    assert living() == []


def test_seeding_refuses_a_database_in_use(start: Start, tmp_path: Path) -> None:
    settings = {"VUONSO_DATA_DIR": str(tmp_path / "cloud"), "VUONSO_DEMO": "true"}
    assert start("cloud", "seed-demo", **settings).finish() == 0
    again = start("cloud", "seed-demo", **settings)
    assert again.finish() == 2
    assert "empty" in again.text


def test_seeding_refuses_production_settings(start: Start, tmp_path: Path) -> None:
    refused = start("cloud", "seed-demo", VUONSO_DATA_DIR=str(tmp_path / "cloud"))
    assert refused.finish() == 2
    assert "VUONSO_DEMO" in refused.text
