"""The files of an installed Raspberry Pi, below a folder."""

from dataclasses import dataclass
from pathlib import Path

from edge.checkup.machine import Machine

UNIT = "vuonso-edge.service"
INSTALLED = {
    "boot/firmware/config.txt": "dtparam=strict_gpiod\ndtparam=watchdog=on\n",
    "proc/cmdline": "console=tty1 pinctrl_bcm2835.persist_gpio_outputs=n root=PARTUUID=1\n",
    "sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
    "dev/watchdog0": "",
    "dev/rtc0": "",
    "usr/lib/systemd/system.conf.d/40-rpi.conf": "[Manager]\nRuntimeWatchdogSec=1m\n",
    "etc/systemd/system.conf.d/99-vuonso.conf": "[Manager]\nRuntimeWatchdogSec=30\n",
    "etc/systemd/journald.conf.d/99-vuonso.conf": "[Journal]\nStorage=volatile\n",
    f"etc/systemd/system/{UNIT}": "[Service]\n",
    f"etc/systemd/system/multi-user.target.wants/{UNIT}": "",
    f"run/systemd/units/invocation:{UNIT}": "",
}


@dataclass(frozen=True)
class Pi:
    """A machine whose files a test changes."""

    root: Path

    @classmethod
    def installed(cls, root: Path) -> "Pi":
        pi = cls(root)
        for name, text in INSTALLED.items():
            pi.write(name, text)
        return pi

    @property
    def machine(self) -> Machine:
        return Machine(self.root)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def remove(self, name: str) -> None:
        (self.root / name).unlink()
