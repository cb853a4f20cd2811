"""A recorded probe series through the real agent."""

import os
from pathlib import Path

import pytest

from firmware_sim.cli import main
from firmware_sim.errors import SeriesError
from firmware_sim.replay import replay

DATA = Path(os.environ.get("VUONSO_SHARED", Path(__file__).parents[3] / "shared")) / "data"
RECORDED = DATA / "it_g1_ref_vwc.csv"


def drying(path: Path, *, hours: int, first: float = 40.0, per_hour: float = 1.5) -> Path:
    """Soil moisture in per cent, every quarter of an hour from six in the morning."""
    lines = ["timestamp,soil_moisture,temperature"]
    for quarter in range(hours * 4):
        hour, minute = 6 + quarter // 4, quarter % 4 * 15
        value = first - per_hour * quarter / 4
        lines.append(f"2024-03-01T{hour:02}:{minute:02}:00,{value:.2f},28.0")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_soil_that_dries_is_watered_and_the_decision_is_told(tmp_path: Path) -> None:
    lines = list(replay(drying(tmp_path / "soil.csv", hours=8), "timestamp", None, 8.0))
    assert lines[0].startswith("Full point: soil_moisture 39.25")
    started = [line for line in lines if "dose.started" in line]
    assert started
    assert started[0].startswith("2024-03-01 1")
    assert any("reason=wet_enough" in line for line in lines)
    assert not lines[-1].startswith("0 openings")


def test_soil_that_stays_wet_is_left_alone(tmp_path: Path) -> None:
    series = drying(tmp_path / "soil.csv", hours=4, per_hour=0.1)
    lines = list(replay(series, "timestamp", ["soil_moisture"], 4.0))
    assert lines[-1] == "0 openings, 0.0 L to the plants"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("timestamp,air\n2024-01-01,1\n", "no column looks like moisture"),
        ("timestamp,vwc\n2024-01-01,0\n", "never rises above 0"),
        ("when,vwc\n2024-01-01,1\n", "there is no column timestamp"),
    ],
)
def test_a_series_without_moisture_says_so(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "series.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SeriesError, match=complaint):
        list(replay(path, "timestamp", None, 1.0))


def test_the_command_prints_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(drying(tmp_path / "soil.csv", hours=1)), "--hours", "1"]) == 0
    assert "Full point" in capsys.readouterr().out


def test_the_command_refuses_a_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "nowhere.csv"]) == 2
    assert "nowhere.csv" in capsys.readouterr().err


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded series at {RECORDED}")
def test_a_real_noisy_probe_causes_no_flood() -> None:
    lines = list(replay(RECORDED, "timestamp", None, 8.0))
    litres = float(lines[-1].split(", ")[1].split()[0])
    assert litres <= 2 * 180.0
