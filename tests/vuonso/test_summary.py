"""A run is good only if everything happened."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from vuonso.summary import Summary

GOOD = Summary(
    doses=6,
    litres_meter=301.0,
    litres_plant=300.0,
    rows_edge=4400,
    rows_cloud=4400,
    valve_open_max_s=180.2,
    lot="lot0000001",
    stamps_issued=24,
    label_pdf="labels/lot.pdf",
    scan_url="http://127.0.0.1:8000/01/0/21/0",
    verdict="genuine",
    product_url="http://127.0.0.1:8000/cho/p",
    order_id="order00001",
    seconds=61.0,
)
KEYS = (
    "doses litres_meter litres_plant rows_edge rows_cloud valve_open_max_s lot stamps_issued "
    "label_pdf scan_url verdict product_url order_id seconds litres_difference"
)


def test_a_good_run_has_no_problem() -> None:
    assert GOOD.problems() == []


@pytest.mark.parametrize(
    ("run", "problem"),
    [
        pytest.param(replace(GOOD, doses=0), "no dose", id="no dose"),
        pytest.param(replace(GOOD, litres_meter=325.0), "differ by 25.0 L", id="litres"),
        pytest.param(replace(GOOD, rows_cloud=4399), "4399 in the cloud", id="rows"),
        pytest.param(replace(GOOD, valve_open_max_s=601.0), "open 601.0 s", id="lease"),
        pytest.param(replace(GOOD, stamps_issued=0), "no stamps", id="stamps"),
        pytest.param(replace(GOOD, verdict="unknown"), "'unknown'", id="verdict"),
        pytest.param(replace(GOOD, order_id=""), "no id", id="order"),
    ],
)
def test_what_did_not_happen_is_named(run: Summary, problem: str) -> None:
    assert len(run.problems()) == 1
    assert problem in run.problems()[0]


def test_the_file_holds_the_agreed_keys(tmp_path: Path) -> None:
    GOOD.write(tmp_path / "out" / "run.json")
    written = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert list(written) == KEYS.split()
    assert written["litres_difference"] == 1.0
