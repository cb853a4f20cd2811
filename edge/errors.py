"""The agent's errors: each has a machine `code` and a sentence a person can act on.

EdgeError
├── ConfigError      hardware.toml or identity.json cannot be used
├── HardwareError    a pin, bus or probe cannot be claimed or read
│   └── SensorError  a sensor does not answer, or nothing that can be believed
├── BusyError        another program of ours works here
├── CalibrationError a measured point that no working sensor gives
├── ClearanceError   a fault that nobody may end like this
├── PinError         a PIN for the page that cannot be taken
├── JoinError        a box that no cooperative takes in
├── ResetError       a box that cannot be set back as new
├── LinkError        no session with a broker can even be tried
├── ValveError       an opening was refused; the valve stays shut
└── StoreError       the database on the card cannot be trusted
"""

from pathlib import Path

from wire.codes import SensorFault


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


class SensorError(HardwareError):
    """A sensor does not answer, or nothing that can be believed."""

    def __init__(self, fault: SensorFault, why: str) -> None:
        super().__init__(why)
        self.fault = fault


class BusyError(EdgeError):
    """Another program of ours works here."""

    code = "busy"


class CalibrationError(EdgeError):
    """A calibration that would make things worse."""

    code = "calibration"


class ClearanceError(EdgeError):
    """A fault that nobody may end like this."""

    code = "clearance"


class PinError(EdgeError):
    """A PIN for the page that cannot be taken."""

    code = "pin"


class JoinError(EdgeError):
    """The cloud does not answer, refuses, or answers in no words of ours."""

    code = "join"


class ResetError(EdgeError):
    """A box that cannot be set back as new, or must not be."""

    code = "reset"


class LinkError(EdgeError):
    """No session can even be tried with what identity.json says."""

    code = "link"


class ValveError(EdgeError):
    """An opening was refused."""

    code = "valve"


class StoreError(EdgeError):
    """The store cannot keep a promise; the agent must stop."""

    code = "store"
