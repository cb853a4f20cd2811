"""The agent's errors: each has a machine `code` and a sentence a person can act on.

EdgeError
├── ConfigError      hardware.toml or identity.json cannot be used
├── HardwareError    a pin, bus or probe cannot be claimed or read
├── ValveError       an opening was refused; the valve stays shut
└── StoreError       the database on the card cannot be trusted
"""

from pathlib import Path


class EdgeError(Exception):
    """Anything the agent refuses or cannot do."""

    code = "edge"


class ConfigError(EdgeError):
    """A configuration file names something the agent cannot work with."""

    code = "config"

    def __init__(self, file: Path, reason: str, fix: str, line: int | None = None) -> None:
        where = f"{file}:{line}" if line else str(file)
        super().__init__(f"{where}: {reason}. Fix: {fix}.")
        self.line = line


class HardwareError(EdgeError):
    """The board refuses a pin or a bus."""

    code = "hardware"


class ValveError(EdgeError):
    """An opening was refused."""

    code = "valve"


class StoreError(EdgeError):
    """The store cannot keep a promise; the agent must stop."""

    code = "store"
