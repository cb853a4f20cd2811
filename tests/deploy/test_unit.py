"""The service unit: how far it is shut off from the system, and that the agent can live in it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.shell import ROOT, needs
from tests.edge.broker import until
from wire import identity

UNIT = ROOT / "deploy" / "vuonso-edge.service"
HIGHEST_EXPOSURE = 2.0
NOBODY = ("mqtt://localhost:1",)
"""A name, so that the resolver works, where nobody listens."""


def settings(key: str) -> list[str]:
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]


def analyze(*words: str | Path) -> str:
    run = subprocess.run(
        [needs("systemd-analyze"), *map(str, words)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def test_the_service_is_exposed_to_little_of_the_system() -> None:
    told = analyze("security", "--offline=true", "--no-pager", UNIT)
    found = re.search(r"exposure level for \S+: (\d+\.\d+)", told)
    assert found is not None, told
    assert float(found[1]) <= HIGHEST_EXPOSURE


def test_systemd_knows_every_key_of_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"/opt/vuonso/bin/\w+", "/bin/true", UNIT.read_text("utf-8")), "utf-8")
    assert analyze("verify", "--man=no", unit) == ""


def test_the_valves_are_shut_before_a_start_and_after_any_end() -> None:
    (before,), (after,) = settings("ExecStartPre"), settings("ExecStopPost")
    assert before.removeprefix("-") == after
    assert "-m edge.alloff --config /etc/vuonso/hardware.toml" in after


def test_a_hung_loop_is_killed_and_every_end_but_a_wrong_file_is_followed_by_a_start() -> None:
    assert settings("Type") == ["notify"]
    assert settings("WatchdogSec") == ["30"]
    assert settings("Restart") == ["always"]
    assert settings("StartLimitIntervalSec") == ["0"]
    assert settings("RestartPreventExitStatus") == ["2"]


def test_the_service_can_reach_every_kind_of_bus_and_no_other_device() -> None:
    assert settings("DevicePolicy") == ["closed"]
    reachable = {line.split()[0] for line in settings("DeviceAllow")}
    buses = {"char-gpiochip", "char-spi", "char-i2c"}
    serial = {"char-ttyAMA", "char-ttyS", "char-ttyUSB", "char-ttyACM"}
    assert reachable == buses | serial


def allowed_calls() -> set[str]:
    """What the unit's filter leaves, its lines applied in their order."""
    allowed: set[str] = set()
    for line in settings("SystemCallFilter"):
        names = set().union(*map(_expand, line.removeprefix("~").split()))
        allowed = allowed - names if line.startswith("~") else allowed | names
    return allowed


def _expand(name: str) -> set[str]:
    if not name.startswith("@"):
        return {name}
    _, *members = analyze("syscall-filter", name).split("\n")
    words = {member.strip() for member in members} - {""}
    return set().union(*(_expand(word) for word in words if not word.startswith("#")))


@dataclass(frozen=True)
class Trace:
    """What the agent asked of the kernel, from its first import to its orderly end."""

    text: str

    def calls(self) -> set[str]:
        return set(re.findall(r"^\d+ +([a-z]\w+)\(", self.text, re.MULTILINE))

    def arguments(self, call: str) -> list[str]:
        return re.findall(rf"^\d+ +{call}\((.*)", self.text, re.MULTILINE)


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    folder = tmp_path_factory.mktemp("traced")
    shutil.copyfile(ROOT / "deploy" / "hardware.example.toml", folder / "hardware.toml")
    identity.save(identity.new_identity(NOBODY, simulated=True), folder / "identity.json")
    files = ["--config", folder / "hardware.toml", "--identity", folder / "identity.json"]
    agent = [sys.executable, "-u", "-m", "vuonso", "edge", "run", *files, "--data", folder]
    strace = [needs("strace"), "-D", "-f", "-qq", "-o", folder / "trace"]
    with subprocess.Popen(
        [*map(str, strace + agent)],
        cwd=ROOT,
        env={**os.environ, "GPIOZERO_PIN_FACTORY": "mock"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        errors = process.stderr
        assert errors is not None
        until(lambda: "session with" in errors.readline())
        process.send_signal(signal.SIGTERM)
        errors.read()
        assert process.wait() == 0
    return Trace((folder / "trace").read_text(encoding="utf-8"))


def test_the_agent_asks_nothing_of_the_kernel_that_its_unit_refuses(trace: Trace) -> None:
    assert trace.calls() & {"adjtimex", "clock_adjtime", "clock_adjtime64"}
    assert "fdatasync" in trace.calls()
    never_by_the_service = {"fchown"}  # SQLite asks for it only when it is root, as this test is
    assert trace.calls() - never_by_the_service <= allowed_calls()


def test_the_agent_needs_no_memory_that_is_both_written_and_run(trace: Trace) -> None:
    mapped = [call for call in trace.arguments("mmap") if "PROT_WRITE|PROT_EXEC" in call]
    turned = [call for call in trace.arguments("mprotect") if "PROT_EXEC" in call]
    assert mapped + turned == []


def test_the_agent_succeeds_only_with_the_sockets_its_unit_allows(trace: Trace) -> None:
    (families,) = settings("RestrictAddressFamilies")
    opened = {call.split(",")[0] for call in trace.arguments("socket")}
    optional = {"AF_NETLINK"}  # the resolver asks which addresses there are, and can do without
    assert opened - optional <= set(families.split())
