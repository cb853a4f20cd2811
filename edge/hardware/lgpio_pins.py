"""lgpio's pins, claimed at the level they shall have; only a Raspberry Pi can import this.

gpiozero claims an output low and then sets it: an active-low relay would click at every start.
"""

import lgpio
from gpiozero.pins.lgpio import LGPIOPin


class SteadyPin(LGPIOPin):
    """A pin whose first level as an output is the one asked for."""

    def output_with_state(self, state: object) -> None:
        handle = self.factory._handle  # noqa: SLF001 gpiozero gives its pins no other way to it
        lgpio.gpio_claim_output(handle, self._number, int(bool(state)))
