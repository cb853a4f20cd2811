"""Water into a bucket: one zone open on one lease, under the same guard as always, and counted."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from edge.clock import Clock
from edge.config import Hardware
from edge.errors import CalibrationError
from edge.hardware.board import claim
from edge.hardware.devices import FlowCounter, PinFactory, TankSwitch
from edge.hardware.front import StopContact
from edge.interlock import Interlock, no_interlock
from edge.loop import GUARD_S
from edge.runtime import valve_bank
from edge.valves import ValveBank
from wire.codes import Ended

AFTERFLOW_S: Final = 3.0
"""A valve of this size shuts in a second; its last water goes into the bucket as well."""

UNWRITTEN: Final = "nothing was written"

Wait = Callable[[float], bool]
"""Lets seconds pass; true when told to stop."""


def pour(
    hardware: Hardware, pins: PinFactory, zone: str, seconds: float, clock: Clock, wait: Wait
) -> int:
    """Open a zone for so long, within the bounds of its leases, and count the meter's pulses.

    Raises:
        CalibrationError: the lease would be too long, there is no water, or somebody ended it,
            by the emergency stop or otherwise; the valve is shut.
        HardwareError: another program holds the pins.
    """
    bounds = hardware.zone(zone)
    if not 0 < seconds <= bounds.max_lease_s:
        raise CalibrationError(f"{zone} may be open for {bounds.max_lease_s:g} s at most")
    outputs = _wired_only(hardware, zone)
    with ExitStack() as leaving:
        board = claim(outputs, pins)
        leaving.callback(board.close)
        meter = _meter(board.flow)
        valves = valve_bank(outputs, board, clock, _interlock(hardware, pins, leaving))
        leaving.callback(valves.all_off, Ended.INTERRUPTED)
        _refuse_empty(board.tank)
        before = meter.pulses
        valves.open(zone, seconds, bounds.max_lease_l)
        while valves.open_zones():
            if wait(GUARD_S):
                raise CalibrationError(f"ended before the bucket was full; {UNWRITTEN}")
            valves.guard()
            _refuse_empty(board.tank)
        _refuse_cut_short(valves)
        wait(AFTERFLOW_S)
        return meter.pulses - before


def _wired_only(hardware: Hardware, zone: str) -> Hardware:
    """The board without sensors and nodes; the zone's valve must hang on it."""
    if zone not in hardware.valve_pins:
        raise CalibrationError(f"the valve of {zone} is on a node: take a zone with a wired one")
    wired = tuple(each for each in hardware.zones if each.key in hardware.valve_pins)
    none = {"probes": (), "air": (), "radiation": None, "level": None, "rs485": ()}
    return hardware.model_copy(update={"zones": wired, **none})


def _interlock(hardware: Hardware, pins: PinFactory, leaving: ExitStack) -> Interlock:
    """The emergency stop, watched by the guard as ever."""
    if hardware.emergency_stop is None:
        return no_interlock()
    contact = StopContact(hardware.emergency_stop.pin, pins)
    leaving.callback(contact.close)
    interlock = Interlock(contact.is_open)
    if interlock.is_tripped():
        raise CalibrationError("the emergency stop is pressed, or its wire is cut")
    return interlock


def _refuse_empty(tank: TankSwitch | None) -> None:
    if tank is not None and not tank.has_water():
        raise CalibrationError("the tank is empty: fill it, or look at its float switch")


def _refuse_cut_short(valves: ValveBank) -> None:
    """Only a lease that ran to its end has filled the bucket."""
    (closing,) = valves.take_closings()
    if closing.ended is Ended.STOPPED:
        raise CalibrationError(f"the emergency stop shut the valve; {UNWRITTEN}")
    if closing.ended is not Ended.LEASE:
        raise CalibrationError(f"the valve was shut by a {closing.ended}; {UNWRITTEN}")


def _meter(meter: FlowCounter | None) -> FlowCounter:
    if meter is None:
        raise CalibrationError("hardware.toml has no [flow]: there is no meter to calibrate")
    return meter
