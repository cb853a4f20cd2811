"""The agent as it runs on a Pi: a thread for every bus, real minimalmodbus, real time."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.config_file import load
from edge.hardware.sensors import Buses
from edge.runtime import Runtime, build
from firmware_sim.i2c import Sht31Chip, SimI2c
from firmware_sim.modbus import Device, Line
from firmware_sim.pins import SimFactory
from tests.edge.broker import until
from tests.edge.fakes import BOARD
from tests.edge.rig import NOWHERE, WET
from wire.identity import new_identity

SENSORS = """
[[rs485]]
key = "line1"
port = "{port}"

[[probes]]
key = "p3"
zone = "z2"
kind = "modbus"
rs485 = "line1"
profile = "infwin"

[[air]]
key = "air"
kind = "sht31"
"""


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line({1: Device({0: 271, 1: 3560, 2: 1840})}.get)
    yield line
    line.close()


@pytest.fixture
def runtime(tmp_path: Path, line: Line) -> Iterator[Runtime]:
    file = tmp_path / "hardware.toml"
    file.write_text(BOARD + SENSORS.format(port=line.port), encoding="utf-8")
    i2c = SimI2c({0x44: Sht31Chip(lambda: (31.5, 0.72))})
    runtime = build(
        load(file),
        new_identity(NOWHERE, simulated=True),
        SystemClock(),
        SimFactory(lambda _channel: WET),
        tmp_path / "edge.db",
        replace(Buses(), i2c=lambda _number: i2c),
    )
    stop = threading.Event()
    agent = threading.Thread(target=runtime.run, args=(stop,))
    agent.start()
    yield runtime
    stop.set()
    agent.join()


def test_every_bus_is_heard_by_its_own_thread_and_all_end_with_the_agent(
    runtime: Runtime,
) -> None:
    senses = runtime.agent._house.senses

    def water(zone: str) -> list[float | None]:
        return [probe.vwc for probe in senses.heard(zone, runtime.agent.mono())]

    until(lambda: None not in [*water("z1"), *water("z2")])
    until(lambda: senses.air(runtime.agent.mono()).air_c is not None)
    assert water("z2") == [pytest.approx(0.356)]
    names = {thread.name for thread in threading.enumerate()}
    assert {"bus spi0", "bus line1", "bus i2c-1"} <= names
    senses.close()
    assert not {n for n in (t.name for t in threading.enumerate()) if n.startswith("bus ")}
