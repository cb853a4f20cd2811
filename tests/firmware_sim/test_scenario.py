"""Scenario files: those shipped are whole, and a wrong one names its key, line and fix."""

from pathlib import Path

import pytest

from edge.config import problems as board_problems
from edge.errors import ConfigError
from firmware_sim.fuzz import draw, more_faults
from firmware_sim.scenario import Kind, problems
from firmware_sim.scenario_file import find, load, names
from firmware_sim.words import MISHAPS_VI, TOLD_VI
from wire.codes import Fault

GOOD = """title = { vi = "Thử", en = "Try" }
hours = 2

[house]
max_open = 1

[[zones]]
key = "z1"
probes = 2

[[faults]]
kind = "pipe_burst"
at_min = 30
zone = "z1"
"""


def refusal(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path)
    return str(refused.value).removeprefix(str(path))


@pytest.mark.parametrize("name", names())
def test_what_is_shipped_can_be_played(name: str) -> None:
    scenario = load(find(name))
    assert list(problems(scenario)) == []
    assert list(board_problems(scenario.hardware())) == []


def test_together_they_show_nearly_everything_that_can_go_wrong() -> None:
    shown = {fault.kind for name in names() for fault in load(find(name)).faults}
    assert set(Kind) - shown == {Kind.PROBE_FROZEN}


def test_a_path_serves_as_well_as_a_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(find(str(path))).hours == 2


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="quiet-day"):
        find("loud-day")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("max_open", "maxopen", ":5: house.maxopen: Extra inputs are not permitted"),
        ("max_open = 1", "max_open = 2", ":5: house.max_open: is more than there are zones"),
        ("pipe_burst", "pipe_bust", ":12: faults.0.kind: "),
        ('"z1"\nprobes', '"Z1"\nprobes', ":8: zones.0.key: "),
        ("probes = 2", "probes = 5", ":9: zones.0.probes: "),
        ("at_min = 30", "at_min = 300", ":13: faults.0.at_min: is after the end"),
        (
            "probes = 2",
            "probes = 2\npressed_min = [5, 130]",
            ":10: zones.0.pressed_min: is after the end",
        ),
        ('zone = "z1"', 'zone = "z2"', ":14: faults.0.zone: pipe_burst needs a zone"),
        ('zone = "z1"', 'zone = "z1"\nprobe = 1', ":15: faults.0.probe: pipe_burst is of no"),
        ("hours = 2", "hours = = 2", ":2: "),
    ],
)
def test_a_wrong_key_is_told_with_its_line_and_what_to_do(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    said = refusal(tmp_path, GOOD.replace(old, new))
    assert said.startswith(told)
    assert "Fix: " in said


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('kind = "killed"\nat_min = 1\nfor_min = 2', "killed takes a moment"),
        ('kind = "pump_fails"\nat_min = 1\nzone = "z1"', "is of the whole house"),
        ('kind = "probe_short"\nat_min = 1\nzone = "z1"\nprobe = 3', "has fewer probes"),
    ],
)
def test_relations_between_the_keys_of_a_fault_are_checked(
    tmp_path: Path, fault: str, told: str
) -> None:
    assert told in refusal(tmp_path, f"{GOOD}\n[[faults]]\n{fault}\n")


def test_a_zone_named_twice_and_too_many_probes_are_refused(tmp_path: Path) -> None:
    zone = '\n[[zones]]\nkey = "z1"\n'
    assert "used twice" in refusal(tmp_path, GOOD + zone)
    more = "".join(f'\n[[zones]]\nkey = "y{n}"\nprobes = 4\n' for n in (1, 2))
    assert "more than 8 probes" in refusal(tmp_path, GOOD + more)


def test_a_seed_always_draws_the_same_house_and_mishaps() -> None:
    assert draw(7) == draw(7) != draw(8)
    assert more_faults(draw(7)) == more_faults(draw(7))


@pytest.mark.parametrize("seed", range(1, 200))
def test_what_is_drawn_is_a_scenario_that_a_file_could_say(seed: int) -> None:
    scenario = draw(seed)
    whole = scenario.with_faults(more_faults(scenario))
    assert list(problems(whole)) == []
    assert list(board_problems(whole.hardware())) == []
    assert len(whole.faults) == 2


def test_every_mishap_has_its_vietnamese_name() -> None:
    assert set(MISHAPS_VI) == set(Kind)


def test_every_fault_that_the_agent_tells_has_its_vietnamese_name() -> None:
    older = {Fault.HARDWARE}  # said by agents before valves on nodes had names for it
    assert set(TOLD_VI) >= set(Fault) - older
