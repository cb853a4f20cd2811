"""The closer, a claim, or one relay, on gpiozero's own lgpio pins over a pretended lgpio."""

import sys
from pathlib import Path

from gpiozero import Device
from gpiozero.pins.lgpio import LGPIOFactory

from edge import alloff
from edge.config_file import load
from edge.errors import HardwareError
from edge.hardware.board import claim, default_pins
from edge.hardware.devices import Relay


class PretendedBoard(LGPIOFactory):
    """A Raspberry Pi 3."""

    def _get_revision(self) -> int:
        return 0xA02082


Device.pin_factory = PretendedBoard()
if sys.argv[1] == "alloff":
    for failure in alloff.shut(Path(sys.argv[2])):
        sys.stderr.write(f"{failure}\n")
elif sys.argv[1] == "claim":
    try:
        claim(load(Path(sys.argv[2])), default_pins())
    except HardwareError as error:
        sys.stderr.write(f"{error}\n")
else:
    relay = Relay(17, default_pins(), active_high=sys.argv[2] == "high")
    relay.on()
    relay.off()
