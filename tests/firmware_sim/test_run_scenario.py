"""`vuonso sim run`: a table, a spreadsheet and a drawing; 1 when a promise was broken."""

import csv
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from firmware_sim.cli import main
from firmware_sim.fuzz import draw
from firmware_sim.run_scenario import play
from firmware_sim.scenario import Scenario, Title, Zone

SHORT = """title = { vi = "Vỡ ống & <thử>", en = "Burst & <try>" }
hours = 0.5

[[zones]]
key = "z1"
fill = 0.7

[[zones]]
key = "z2"
fill = 0.95

[[faults]]
kind = "pipe_burst"
at_min = 5.5
zone = "z1"
"""


@pytest.fixture
def short(tmp_path: Path) -> Path:
    path = tmp_path / "short.toml"
    path.write_text(SHORT, encoding="utf-8")
    return path


def test_it_prints_a_line_per_zone_and_writes_both_files(
    short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(short), "--out", str(tmp_path / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Burst & <try>"
    zones = {line.split()[0]: line.split() for line in lines if line.startswith("z")}
    assert set(zones) == {"zone", "z1", "z2"}
    assert zones["z1"][-1] == "burst"
    assert zones["z2"][-1] == "none"
    with (tmp_path / "out" / "short.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["zone"] for row in rows[:2]] == ["z1", "z2"]
    assert rows[-2]["fault"] == "burst"
    given = sum(float(row["litres"]) for row in rows if row["zone"] == "z1")
    assert given == pytest.approx(float(zones["z1"][1]), abs=0.1)


@pytest.mark.parametrize(
    ("language", "title", "said_of_it"),
    [
        ("vi", "Vỡ ống & <thử>", {"Vỡ ống", "Nước chảy quá mạnh", "6.5 giờ"}),
        ("en", "Burst & <try>", {"Pipe burst", "Burst", "6.5 h"}),
    ],
)
def test_the_drawing_is_well_formed_and_speaks_the_language(
    short: Path, tmp_path: Path, language: str, title: str, said_of_it: set[str]
) -> None:
    main(["run", str(short), "--out", str(tmp_path), "--language", language])
    text = (tmp_path / "short.svg").read_text(encoding="utf-8")
    drawing = ET.fromstring(text)
    said = {node.text for node in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert said_of_it | {title} <= said
    assert drawing.get("aria-label") == title
    assert "prefers-color-scheme:dark" in text


def test_names_of_mishaps_at_one_moment_do_not_lie_upon_each_other(
    short: Path, tmp_path: Path
) -> None:
    more = '\n[[faults]]\nkind = "tank_empty"\nat_min = 5.5\n'
    short.write_text(SHORT + more, encoding="utf-8")
    main(["run", str(short), "--out", str(tmp_path), "--language", "en"])
    drawing = ET.fromstring((tmp_path / "short.svg").read_text(encoding="utf-8"))
    texts = drawing.iter("{http://www.w3.org/2000/svg}text")
    places = {node.text: node.get("y") for node in texts if node.get("x", "0") > "100"}
    assert places["Pipe burst"] != places["Tank empty"]


def test_another_seed_is_another_greenhouse(short: Path, tmp_path: Path) -> None:
    notes = []
    for seed in ("1", "2"):
        main(["run", str(short), "--seed", seed, "--out", str(tmp_path)])
        notes.append((tmp_path / "short.csv").read_text(encoding="utf-8"))
    assert notes[0] != notes[1]


def test_hands_on_a_water_button_come_to_the_days_cap_and_no_further(tmp_path: Path) -> None:
    pushed = tuple(float(minute) for minute in range(1, 29, 2))
    zone = Zone(key="z1", fill=0.95, day_budget_l=6.0, pressed_min=pushed)
    scenario = Scenario(
        title=Title(vi="Tay", en="Hands"), hours=0.5, starts_at=19.0, zones=(zone,)
    )
    watch = play(scenario, tmp_path).watch
    assert watch.accounts["z1"].openings >= 4
    assert watch.accounts["z1"].litres == pytest.approx(6.0, abs=0.3)
    assert watch.broken == []


def test_hands_are_busy_in_every_other_drawn_fragment() -> None:
    busy = sum(any(zone.pressed_min for zone in draw(seed).zones) for seed in range(400))
    assert 150 < busy < 250


def test_a_drawn_run_can_be_played_again_by_its_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for _ in range(2):
        assert main(["run", "--fuzz", "5", "--out", str(tmp_path)]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert (tmp_path / "fuzz-5.svg").exists()


@pytest.mark.parametrize("words", [[], ["quiet-day", "--fuzz", "1"], ["no-such"]])
def test_what_cannot_be_played_is_refused_with_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *words]) == 2
    assert "vuonso sim:" in capsys.readouterr().err


ONCE_OVER_THE_CAP = (1_200, 2_985, 3_025)
"""A card damaged in the middle of a dose once let that dose go uncharged."""


@pytest.mark.parametrize("seed", [*ONCE_OVER_THE_CAP, *range(9_001, 9_031)])
def test_no_drawn_fragment_with_two_mishaps_breaks_a_promise(tmp_path: Path, seed: int) -> None:
    """The small cut; `script/prove fuzz` plays many more."""
    assert play(draw(seed), tmp_path).watch.broken == []
