"""lgpio's pins, claimed at the level they shall have; only a Raspberry Pi can import this.

gpiozero claims an output low and then sets it: an active-low relay would click at every start.
It lets errors of lgpio through that are none of its own: nobody would expect them of a pin.
"""

import gpiozero
import lgpio
from gpiozero.pins.lgpio import LGPIOPin


class SteadyPin(LGPIOPin):
    """A pin whose first level as an output is the one asked for.

    Raises:
        gpiozero.GPIOPinInUse: another program holds the line.
    """

    def __init__(self, factory: gpiozero.Factory, info: object) -> None:
        try:
            super().__init__(factory, info)
        except lgpio.error as refusal:
            raise gpiozero.GPIOPinInUse(f"{info} is held by another program") from refusal

    def output_with_state(self, state: object) -> None:
        handle = self.factory._handle  # noqa: SLF001 gpiozero gives its pins no other way to it
        lgpio.gpio_claim_output(handle, self._number, int(bool(state)))
