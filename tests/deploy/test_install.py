"""The installer, on a Raspberry Pi's files below a folder: nothing of this machine is touched."""

import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge import config_file
from tests.deploy.shell import ROOT, needs
from wire import identity

INSTALL = ROOT / "deploy" / "install.sh"
CONFIG_TXT = "dtparam=audio=on\n[pi4]\narm_boost=1"  # no newline at the end, as people leave it
FSTAB = """\
proc / proc defaults 0 0
PARTUUID=1-01 /boot/firmware vfat defaults 0 2
PARTUUID=1-02 /  ext4 defaults 0 1
"""
IDENTITY = identity.new_identity(("mqtts://vuon.example:8883",), simulated=False)


@dataclass(frozen=True)
class Pi:
    """A card of Raspberry Pi OS, mounted below a folder."""

    root: Path

    def run(self, *words: str | Path, refused: bool = False) -> str:
        command = [needs("bash"), INSTALL, "--root", self.root, *words]
        run = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
        assert (run.returncode != 0) is refused, run.stdout + run.stderr
        return run.stdout + run.stderr

    def __truediv__(self, path: str) -> Path:
        return self.root / path

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file()
        }

    @property
    def boot(self) -> Path:
        return self / "boot/firmware/config.txt"


@pytest.fixture
def pi(tmp_path: Path) -> Pi:
    pi = Pi(tmp_path / "card")
    for name, text in {
        "etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
        "boot/firmware/config.txt": CONFIG_TXT,
        "etc/fstab": FSTAB.split("\n", 1)[1],
    }.items():
        (pi / name).parent.mkdir(parents=True, exist_ok=True)
        (pi / name).write_text(text, encoding="utf-8")
    return pi


@pytest.fixture
def identity_file(tmp_path: Path) -> Path:
    identity.save(IDENTITY, tmp_path / "identity.json")
    return tmp_path / "identity.json"


def test_the_kernel_lets_go_of_outputs_and_is_watched_and_has_its_buses(pi: Pi) -> None:
    pi.run("install")
    lines = pi.boot.read_text("utf-8").splitlines()
    assert lines[:3] == CONFIG_TXT.splitlines()
    assert lines[3:5] == ["# vuonso begin", "[all]"]
    assert {"strict_gpiod", "watchdog=on", "spi=on", "i2c_arm=on"} == {
        line.removeprefix("dtparam=") for line in lines[5:] if line.startswith("dtparam=")
    }


def test_what_was_there_before_is_kept_aside(pi: Pi) -> None:
    pi.run("install")
    assert pi.boot.with_name("config.txt.before-vuonso").read_text("utf-8") == CONFIG_TXT
    pi.run("install")
    assert pi.boot.with_name("config.txt.before-vuonso").read_text("utf-8") == CONFIG_TXT


def test_a_second_run_changes_nothing(pi: Pi) -> None:
    pi.run("install")
    first = pi.files()
    assert "writes" not in pi.run("install")
    assert pi.files() == first


def test_lines_written_below_our_options_stay_below_them(pi: Pi) -> None:
    pi.run("install")
    before = pi.boot.read_text("utf-8")
    pi.boot.write_text(before.replace("watchdog=on", "watchdog=off") + "[pi5]\nmine=1\n", "utf-8")
    pi.run("install")
    assert pi.boot.read_text("utf-8") == before + "[pi5]\nmine=1\n"


def test_a_dry_run_only_talks(pi: Pi) -> None:
    before = pi.files()
    told = pi.run("--dry-run", "install")
    assert pi.files() == before
    assert "would write: /boot/firmware/config.txt" in told
    assert "would run: systemctl daemon-reload" in told


def test_the_example_board_is_not_started_before_somebody_read_it(
    pi: Pi, identity_file: Path
) -> None:
    assert "not started" in pi.run("--identity", identity_file, "install")
    assert "systemctl restart vuonso-edge.service" in pi.run("install")


def test_without_an_identity_nothing_starts(pi: Pi) -> None:
    pi.run("install")
    told = pi.run("install")
    assert "no /var/lib/vuonso/identity.json" in told
    assert "systemctl restart" not in told


def test_a_board_file_of_the_greenhouse_is_never_replaced(pi: Pi) -> None:
    pi.run("install")
    assert config_file.load(pi / "etc/vuonso/hardware.toml").zones[0].key == "z1"
    (pi / "etc/vuonso/hardware.toml").write_text("mine = 1\n", encoding="utf-8")
    pi.run("install")
    assert (pi / "etc/vuonso/hardware.toml").read_text("utf-8") == "mine = 1\n"


def test_the_identity_is_readable_by_its_owner_only_and_never_replaced(
    pi: Pi, identity_file: Path
) -> None:
    pi.run("--identity", identity_file, "install")
    assert identity.load(pi / "var/lib/vuonso/identity.json") == IDENTITY
    identity.save(identity.new_identity(IDENTITY.brokers, simulated=False), identity_file)
    assert "another identity" in pi.run("--identity", identity_file, "install", refused=True)
    assert identity.load(pi / "var/lib/vuonso/identity.json") == IDENTITY


def test_the_card_is_spared(pi: Pi) -> None:
    (pi / "etc/dphys-swapfile").touch()
    (pi / "etc/rpi").mkdir()
    (pi / "etc/rpi/swap.conf").touch()
    assert "disable --now dphys-swapfile" in pi.run("install")
    boot, root = (pi / "etc/fstab").read_text("utf-8").splitlines()
    assert boot == FSTAB.splitlines()[1]
    assert root.split() == ["PARTUUID=1-02", "/", "ext4", "defaults,noatime", "0", "1"]
    assert "Mechanism=zram" in (pi / "etc/rpi/swap.conf.d/99-vuonso.conf").read_text("utf-8")
    journal = (pi / "etc/systemd/journald.conf.d/99-vuonso.conf").read_text("utf-8")
    assert "Storage=volatile" in journal


def test_uninstalling_leaves_the_system_as_it_was_and_the_greenhouse_its_data(
    pi: Pi, identity_file: Path
) -> None:
    pi.run("--identity", identity_file, "install")
    pi.run("uninstall")
    assert pi.boot.read_text("utf-8") == CONFIG_TXT + "\n"
    assert not (pi / "etc/systemd/system/vuonso-edge.service").exists()
    assert not (pi / "etc/systemd/system.conf.d/99-vuonso.conf").exists()
    assert (pi / "etc/vuonso/hardware.toml").exists()
    assert (pi / "var/lib/vuonso/identity.json").exists()
    pi.run("--purge", "uninstall")
    assert not (pi / "etc/vuonso").exists()
    assert not (pi / "var/lib/vuonso").exists()


def test_rolling_back_points_to_the_release_before(pi: Pi) -> None:
    for name in ("1", "2", "3"):
        (pi / f"opt/vuonso-releases/{name}").mkdir(parents=True)
    (pi / "opt/vuonso").symlink_to(pi / "opt/vuonso-releases/2")
    told = pi.run("rollback")
    assert "ln -sfn /opt/vuonso-releases/1 /opt/vuonso.new" in told


def test_rolling_back_without_a_release_before_is_refused(pi: Pi) -> None:
    (pi / "opt/vuonso-releases/1").mkdir(parents=True)
    (pi / "opt/vuonso").symlink_to(pi / "opt/vuonso-releases/1")
    assert "no program to go back to" in pi.run("rollback", refused=True)


@pytest.mark.parametrize(
    ("release", "why"),
    [("ID=arch\n", "arch is not supported"), ("ID=debian\nVERSION_ID=11\n", "too old")],
)
def test_an_unfit_system_is_refused_before_anything_is_written(
    pi: Pi, release: str, why: str
) -> None:
    (pi / "etc/os-release").write_text(release, encoding="utf-8")
    before = pi.files()
    assert why in pi.run("install", refused=True)
    assert pi.files() == before


def test_a_debian_that_is_no_pi_is_left_without_boot_options(pi: Pi) -> None:
    pi.boot.unlink()
    assert "not a Raspberry Pi" in pi.run("install")


def test_the_libraries_are_exactly_those_of_the_lock_file() -> None:
    packages = {
        package["name"]: package
        for package in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    }
    text = (ROOT / "deploy" / "requirements-pi.txt").read_text("utf-8").replace("\\\n", "")
    named = set()
    for line in text.splitlines():
        name, version = line.split()[0].split("==")
        package = packages[name]
        files = [*package.get("wheels", ()), package["sdist"]]
        hashes = {word.removeprefix("--hash=") for word in line.split() if "--hash" in word}
        assert (version, hashes) == (package["version"], {file["hash"] for file in files})
        named.add(name)
    wanted = {library["name"] for library in packages["vuonso"]["dependencies"]}
    wanted |= {library["name"] for library in packages["vuonso"]["optional-dependencies"]["pi"]}
    assert wanted <= named


def test_the_scripts_have_no_finding_of_shellcheck() -> None:
    scripts = [INSTALL, *(path for path in (ROOT / "script").iterdir() if path.is_file())]
    command = [needs("shellcheck"), "--external-sources", "--severity=warning", *map(str, scripts)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
