"""What the doctor says of kernel, watchdogs and service."""

from pathlib import Path

import pytest

from edge.checkup import boot
from edge.checkup.finding import Level
from tests.edge.checkup.pi import UNIT, Pi

SHOWN = "sys/module/pinctrl_rp1/parameters/persist_gpio_outputs"


@pytest.fixture
def pi(tmp_path: Path) -> Pi:
    return Pi.installed(tmp_path)


def codes(pi: Pi) -> list[str]:
    return [finding.code for finding in boot.look_at(pi.machine)]


def complaints(pi: Pi) -> list[str]:
    return [f.code for f in boot.look_at(pi.machine) if f.level is not Level.OK]


def test_an_installed_pi_gives_no_complaint(pi: Pi) -> None:
    assert complaints(pi) == []
    assert "pins_released" in codes(pi)


def test_a_kernel_that_keeps_outputs_is_told_with_the_line_to_add(pi: Pi) -> None:
    pi.write("boot/firmware/config.txt", "# dtparam=strict_gpiod\n")
    pi.write("proc/cmdline", "console=tty1\n")
    (finding,) = [f for f in boot.look_at(pi.machine) if f.level is Level.LOOK]
    assert finding.code == "pins_outlive"
    assert "dtparam=strict_gpiod" in finding.vi
    assert "/boot/firmware/config.txt" in finding.en


def test_an_option_that_is_not_in_force_yet_asks_for_a_restart(pi: Pi) -> None:
    pi.write("proc/cmdline", "console=tty1\n")
    assert complaints(pi) == ["restart_for_pins"]


def test_the_drivers_own_setting_is_believed_first(pi: Pi) -> None:
    pi.write("proc/cmdline", "console=tty1\n")
    pi.write(SHOWN, "N\n")
    assert complaints(pi) == []


def test_a_machine_without_boot_options_is_no_pi(pi: Pi) -> None:
    pi.remove("boot/firmware/config.txt")
    assert codes(pi)[0] == "not_a_pi"


def test_an_older_system_keeps_its_options_elsewhere(pi: Pi) -> None:
    pi.remove("boot/firmware/config.txt")
    pi.write("boot/config.txt", "")
    pi.write("proc/cmdline", "")
    assert complaints(pi) == ["pins_outlive"]


def test_a_missing_and_an_unfed_watchdog_are_told_apart(pi: Pi) -> None:
    pi.write("etc/systemd/system.conf.d/99-vuonso.conf", "[Manager]\nRuntimeWatchdogSec=0\n")
    assert complaints(pi) == ["watchdog_unfed"]
    pi.remove("dev/watchdog0")
    assert complaints(pi) == ["no_watchdog"]


def test_the_last_file_by_name_decides_whose_folder_it_may_be(pi: Pi) -> None:
    (finding,) = [f for f in boot.look_at(pi.machine) if f.code == "watchdog_fed"]
    assert finding.facts == {"seconds": "30"}
    pi.write("usr/lib/systemd/system.conf.d/99-z.conf", "[Manager]\nRuntimeWatchdogSec=off\n")
    assert complaints(pi) == ["watchdog_unfed"]


def test_a_kernel_without_memory_limits_is_a_choice(pi: Pi) -> None:
    pi.write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io pids\n")
    (finding,) = [f for f in boot.look_at(pi.machine) if f.level is not Level.OK]
    assert (finding.code, finding.level) == ("no_memory_limit", Level.OFF)


def test_a_service_that_will_not_come_back_after_a_power_cut(pi: Pi) -> None:
    pi.remove(f"etc/systemd/system/multi-user.target.wants/{UNIT}")
    assert complaints(pi) == ["unit_disabled"]


def test_a_stopped_and_a_missing_service(pi: Pi) -> None:
    pi.remove(f"run/systemd/units/invocation:{UNIT}")
    assert complaints(pi) == ["unit_stopped"]
    assert not boot.is_running(pi.machine)
    pi.remove(f"etc/systemd/system/{UNIT}")
    assert complaints(pi) == ["no_unit"]


@pytest.mark.parametrize(
    ("settings", "has_folder", "worn"),
    [
        ("Storage=persistent", False, True),
        ("Storage=auto", True, True),
        ("", True, True),
        ("Storage=auto", False, False),
        ("Storage=volatile", True, False),
    ],
)
def test_a_journal_on_the_card(pi: Pi, settings: str, *, has_folder: bool, worn: bool) -> None:
    pi.write("etc/systemd/journald.conf.d/99-vuonso.conf", f"[Journal]\n{settings}\n")
    if has_folder:
        (pi.root / "var/log/journal").mkdir(parents=True)
    assert complaints(pi) == (["journal_on_card"] if worn else [])
