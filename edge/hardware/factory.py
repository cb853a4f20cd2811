"""The machine's pin factory, for everybody who claims an output: the agent, and the closer alone.

Loads gpiozero and nothing of ours, because the closer must start fast and cannot fail over us.
"""

from importlib import import_module
from typing import Final

import gpiozero

LGPIO: Final = "LGPIOFactory"


def machine_pins() -> gpiozero.Factory:
    """The pins of the machine, or those that GPIOZERO_PIN_FACTORY names.

    Raises:
        gpiozero.BadPinFactory: this machine has no pins.
    """
    gpiozero.Device.ensure_pin_factory()
    factory = gpiozero.Device.pin_factory
    if LGPIO in {kind.__name__ for kind in type(factory).__mro__}:
        factory.pin_class = import_module("edge.hardware.lgpio_pins").SteadyPin
    return factory
