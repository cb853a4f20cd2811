"""The cloud's units: how far they are shut off, and that they say what the program understands."""

import re
from pathlib import Path

import pytest

from cloud.cli import parser_for
from cloud.ending import GRACE_S, JOIN_S
from cloud.settings import Settings
from tests.deploy.shell import ROOT
from tests.deploy.test_unit import analyze

DEPLOY = ROOT / "deploy"
SERVICE = DEPLOY / "vuonso-cloud.service"
BACKUP = DEPLOY / "vuonso-cloud-backup.service"
TIMER = DEPLOY / "vuonso-cloud-backup.timer"
HIGHEST_EXPOSURE = 2.0
THREADS = 6
"""That `serve` waits for: night, journal, worker, retirement, canary, the broker's accounts."""


def values(unit: Path, key: str) -> list[str]:
    lines = unit.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]


@pytest.mark.parametrize("unit", [SERVICE, BACKUP], ids=lambda unit: unit.stem)
def test_a_unit_is_exposed_to_little_of_the_system(unit: Path) -> None:
    told = analyze("security", "--offline=true", "--no-pager", unit)
    found = re.search(r"exposure level for \S+: (\d+\.\d+)", told)
    assert found is not None, told
    assert float(found[1]) <= HIGHEST_EXPOSURE


def test_systemd_knows_every_key(tmp_path: Path) -> None:
    for unit in (SERVICE, BACKUP, TIMER):
        text = re.sub(r"/opt/vuonso-cloud/bin/\w+", "/bin/true", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(text, "utf-8")
    for unit in (SERVICE, TIMER):
        told = analyze("verify", "--man=no", tmp_path / unit.name)
        assert [line for line in told.splitlines() if unit.stem in line] == []


@pytest.mark.parametrize("unit", [SERVICE, BACKUP], ids=lambda unit: unit.stem)
def test_the_command_and_its_settings_are_the_programs(unit: Path) -> None:
    (line,) = values(unit, "ExecStart")
    words = line.replace("${VUONSO_BACKUPS}", "/backups").split()[2:]
    assert parser_for(words).parse_args(words).run is not None
    names = {one.partition("=")[0] for one in values(unit, "Environment")} - {"VUONSO_BACKUPS"}
    assert names <= {f"VUONSO_{name.upper()}" for name in Settings.model_fields}


def test_systemd_waits_longer_than_the_program_takes_to_end() -> None:
    (patience,) = values(SERVICE, "TimeoutStopSec")
    assert GRACE_S + THREADS * JOIN_S <= 10 < int(patience)


def test_a_missed_night_is_made_up_for() -> None:
    assert values(TIMER, "Persistent") == ["yes"]
