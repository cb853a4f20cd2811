"""Kernel, watchdogs and service: whether a crash, a hang or a power cut ends with water off."""

import re
from collections.abc import Iterator
from typing import Final

from edge.checkup.finding import Finding, look, off, ok
from edge.checkup.machine import Machine

BOOT_FILES: Final = ("/boot/firmware/config.txt", "/boot/config.txt")
STRICT: Final = "dtparam=strict_gpiod"
PERSIST: Final = "persist_gpio_outputs"
"""The pin driver's own setting, which the option makes N; older kernels do not show it."""
UNIT: Final = "vuonso-edge.service"
SYSTEM_FOLDERS: Final = ("/usr/lib/systemd", "/lib/systemd", "/etc/systemd")
"""Later ones win over earlier ones where their files have the same name."""


def look_at(machine: Machine) -> Iterator[Finding]:
    """Everything that the installer sets up outside the program."""
    yield _released_pins(machine)
    yield _chip_watchdog(machine)
    yield from _service(machine)
    yield _journal(machine)
    if "memory" not in machine.text("/sys/fs/cgroup/cgroup.controllers").split():
        yield off("no_memory_limit")


def _released_pins(machine: Machine) -> Finding:
    file = next((name for name in BOOT_FILES if machine.exists(name)), None)
    if file is None:
        return ok("not_a_pi")
    shown = machine.matches("/sys/module", f"pinctrl_*/parameters/{PERSIST}")
    if [path.read_text("ascii").strip() for path in shown] == ["N"]:
        return ok("pins_released")
    if f"{PERSIST}=n" in machine.text("/proc/cmdline").lower():
        return ok("pins_released")
    if STRICT in _options(machine.text(file)):
        return look("restart_for_pins", option=STRICT)
    return look("pins_outlive", file=file, option=STRICT)


def _options(text: str) -> list[str]:
    return [line.split("#")[0].strip() for line in text.splitlines()]


def _chip_watchdog(machine: Machine) -> Finding:
    if not machine.exists("/dev/watchdog0"):
        return look("no_watchdog")
    settings = "\n".join(_system_settings(machine, "system.conf"))
    told = re.findall(r"^RuntimeWatchdogSec=(\S+)", settings, re.MULTILINE)
    if not told or told[-1] in {"0", "off"}:
        return look("watchdog_unfed")
    return ok("watchdog_fed", seconds=told[-1])


def _system_settings(machine: Machine, name: str) -> list[str]:
    """The main file, then the drop-ins by name, as systemd reads them."""
    drop_ins = {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for folder in SYSTEM_FOLDERS
        for path in machine.matches(f"{folder}/{name}.d", "*.conf")
    }
    main = machine.text(f"/etc/systemd/{name}")
    return [main, *(drop_ins[key] for key in sorted(drop_ins))]


def _service(machine: Machine) -> Iterator[Finding]:
    if not machine.exists(f"/etc/systemd/system/{UNIT}"):
        yield look("no_unit", unit=UNIT)
        return
    if not machine.exists(f"/etc/systemd/system/multi-user.target.wants/{UNIT}"):
        yield look("unit_disabled", unit=UNIT)
    if is_running(machine):
        yield ok("unit_runs", unit=UNIT)
    else:
        yield look("unit_stopped", unit=UNIT)


def is_running(machine: Machine) -> bool:
    """Whether systemd has the agent running."""
    return machine.exists(f"/run/systemd/units/invocation:{UNIT}")


def _journal(machine: Machine) -> Finding:
    settings = "\n".join(_system_settings(machine, "journald.conf"))
    told = re.findall(r"^Storage=(\S+)", settings, re.MULTILINE)
    kept = told[-1] if told else "auto"
    if kept == "persistent" or (kept == "auto" and machine.exists("/var/log/journal")):
        return look("journal_on_card")
    return ok("journal_in_memory")
