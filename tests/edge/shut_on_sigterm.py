"""A process with an open valve on mock pins; prints the valve's state after SIGTERM ended it."""

import sys
from pathlib import Path

from gpiozero.pins.mock import MockFactory

from edge.clock import SystemClock
from edge.config_file import load
from edge.runtime import build
from edge.service import stop_on_signals
from wire.identity import new_identity

VALVE, PUMP = 17, 5

folder = Path(sys.argv[1])
stop = stop_on_signals()
pins = MockFactory()
identity = new_identity(("mqtt://127.0.0.1:1",), simulated=True)
runtime = build(load(folder / "hardware.toml"), identity, SystemClock(), pins, folder / "edge.db")
runtime.valves.open("z1", 300, 30)
sys.stdout.write(f"open {pins.pin(VALVE).state} {pins.pin(PUMP).state}\n")
sys.stdout.flush()
runtime.run(stop)
levels = [[state.state for state in pins.pin(pin).states] for pin in (VALVE, PUMP)]
sys.stdout.write(f"shut {levels[0][-1]} {levels[1][-1]} {pins.pin(VALVE).function}\n")
