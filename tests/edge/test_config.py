"""A wrong key in hardware.toml is named with its line, the reason and the fix."""

from pathlib import Path

import pytest

from edge.config_file import line_of, load
from edge.errors import ConfigError


def test_a_good_file_loads_with_defaults(board_file: Path) -> None:
    hardware = load(board_file)
    assert [zone.key for zone in hardware.zones] == ["z1", "z2"]
    assert hardware.zone("z2").max_lease_s == 600
    assert [probe.key for probe in hardware.probes_of("z1")] == ["p1", "p2"]
    assert hardware.probes_of("z2") == ()
    assert hardware.tank is None


END_OF_Z2 = "day_budget_l = 180.0\n\n[[probes]]"
LEASE = "max_lease_s = 65.0\n"


def tuned(body: str, key: str, line: str, more: str = "") -> tuple[str, str, str, str]:
    """The second zone with `[zones.tuning]`."""
    told = END_OF_Z2.replace("\n\n", f"\n{more}\n[zones.tuning]\n{body}\n\n")
    return END_OF_Z2, told, f"zones.1.tuning.{key}", line


# what is wrong: text replaced, its replacement, the key that is told, the line that is told
WRONG = {
    "unknown key": ("pin = 27", "pin = 27\nleese_s = 30", "zones.1.leese_s", "leese_s = 30"),
    "bound": ("max_lease_s = 600.0", "max_lease_s = 601.0", "zones.0.max_lease_s", "601.0"),
    "not a pin": ("pin = 27", "pin = 28", "zones.1.pin", "pin = 28"),
    "pin used twice": ("pin = 27", "pin = 5", "zones.1.pin", "pin = 5"),
    "converter's pin": ("pin = 27", "pin = 9", "zones.1.pin", "pin = 9"),
    "zone used twice": ('key = "z2"', 'key = "z1"', "zones.1.key", 'key = "z1"'),
    "dose above day": ("l = 40.0", "l = 400.0", "zones.0.max_lease_l", "max_lease_l = 400.0"),
    "no such zone": ('zone = "z1"', 'zone = "z7"', "probes.0.zone", 'zone = "z7"'),
    "channel used twice": ("channel = 1", "channel = 0", "probes.1.channel", "channel = 0"),
    "probe used twice": ('key = "p2"', 'key = "p1"', "probes.1.key", 'key = "p1"'),
    "not calibrated": ("wet_raw = 300", "wet_raw = 700", "probes.0.wet_raw", "wet_raw = 700"),
    "text": ("flow_lph = 240.0", 'flow_lph = "240"', "zones.0.flow_lph", 'flow_lph = "240"'),
    "syntax": ("[pump]", "[pump", "line 3", "[pump"),
    "too many open": ('board = "raspberry-pi"', "max_open = 3", "max_open", "max_open = 3"),
    "dry above wet": ("channel = 1", "channel = 1\ndry_vwc = 0.6", "probes.1.dry_vwc", "0.6"),
    "times that fall": tuned('programme = ["10:00", "07:00"]', "programme", "10:00"),
    "no such time": tuned('programme = ["24:00"]', "programme.0", "24:00"),
    "pulse above lease": tuned("prime_s = 30.0\npulse_s = 90.0", "pulse_s", "90.0", LEASE),
    "pipe never full": tuned("pulse_s = 60.0\nprime_s = 70.0", "prime_s", "70.0", LEASE),
    "full below wilting": tuned("full_point = 0.2", "full_point", "0.2"),
    "dry run above bound": tuned("q_min = 0.99", "q_min", "0.99"),
    "name of no letters": ('key = "z1"', 'key = "z1"\nname = " "', "zones.0.name", "name"),
    "name of two lines": ('key = "z1"', 'key = "z1"\nname = "a\\nb"', "zones.0.name", "name"),
    "missing key": ("flow_lph = 240.0", "", "zones.0.flow_lph", "[[zones]]"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_key_names_file_line_key_and_fix(fault: str, board_file: Path) -> None:
    old, new, key, line = WRONG[fault]
    text = board_file.read_text().replace(old, new, 1)
    board_file.write_text(text)
    with pytest.raises(ConfigError) as refusal:
        load(board_file)
    told = str(refusal.value)
    assert line in text.splitlines()[(refusal.value.line or 0) - 1]
    assert told.startswith(f"{board_file}:{refusal.value.line}: ")
    assert key in told
    assert "Fix: " in told


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"hardware\.example\.toml"):
        load(tmp_path / "none.toml")


def test_a_zone_carries_at_most_four_probes(board_file: Path) -> None:
    probe = '[[probes]]\nkey = "x{0}"\nzone = "z1"\nchannel = {0}\ndry_raw = 9\nwet_raw = 3\n'
    more = "".join(probe.format(channel) for channel in (2, 3, 4))
    board_file.write_text(board_file.read_text() + more)
    with pytest.raises(ConfigError, match="at most 4"):
        load(board_file)


def test_a_key_that_is_nowhere_has_no_line() -> None:
    assert line_of("a = 1", ("zones", 0, "pin")) is None
    assert line_of("a = 1", ("b",)) is None
