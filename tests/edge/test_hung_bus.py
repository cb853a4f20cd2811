"""A sensor whose driver never returns: valves, guard, watchdog and the other buses go on."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from edge.bus_reader import BusReader, LockStepReader, Mono, Sensors, ThreadedReader
from edge.clock import SystemClock
from edge.config_file import load
from edge.hardware.i2c import I2c
from edge.hardware.sensors import LOCK_STEP
from edge.readings import Answer
from edge.runtime import build
from firmware_sim.pins import SimFactory
from tests.edge.broker import until
from tests.edge.rig import DRY, Rig
from wire.codes import Cause, EventKind, Reason, SensorFault

AIR = '\n[[air]]\nkey = "air"\nkind = "sht31"\n'
SHARED = AIR + '\n[[probes]]\nkey = "p3"\nzone = "z2"\nkind = "ads1115"\nchannel = 0\n'
SHARED += "dry_raw = 20000\nwet_raw = 8000\n"


class HungBus:
    """An I²C bus whose kernel call never comes back."""

    def __init__(self) -> None:
        self.entered, self.let_go = Event(), Event()

    def open(self, number: int) -> I2c:
        self.entered.set()
        self.let_go.wait()
        raise OSError(f"bus {number} has let go")


@pytest.fixture
def bus() -> Iterator[HungBus]:
    bus = HungBus()
    yield bus
    bus.let_go.set()


def reader(name: str, sensors: Sensors, mono: Mono) -> BusReader:
    """Only the bus that hangs has a thread: the others stay in step with the test."""
    kind = ThreadedReader if name.startswith("i2c") else LockStepReader
    return kind(name, sensors, mono)


@pytest.fixture
def rig(tmp_path: Path, bus: HungBus) -> Iterator[Rig]:
    rig = Rig(tmp_path, more=SHARED, buses=replace(LOCK_STEP, i2c=bus.open, reader=reader))
    yield rig
    bus.let_go.set()
    rig.close()


def test_the_zone_beside_it_is_watered_and_shut_on_time(rig: Rig, bus: HungBus) -> None:
    rig.raw = DRY
    rig.seconds(30)
    assert bus.entered.is_set()
    longest = here = 0
    for _ in range(900):
        rig.seconds(1)
        here = here + 1 if "z1" in rig.open else 0
        longest = max(longest, here)
    assert 0 < longest <= 601
    assert rig.events(EventKind.DOSE_STARTED)[0]["zone"] == "z1"


def test_its_sensors_are_told_as_lost_once_and_the_others_not(rig: Rig) -> None:
    rig.seconds(600)
    lost = [(event["sensor"], event["code"]) for event in rig.events(EventKind.SENSOR_FAULT)]
    assert sorted(lost) == [("air", SensorFault.BUS_HUNG), ("p3", SensorFault.BUS_HUNG)]


def test_the_zone_whose_probe_hangs_there_is_not_trusted_to_be_dry(rig: Rig) -> None:
    rig.seconds(600)
    modes = [event["reason"] for event in rig.events(EventKind.MODE) if event["zone"] == "z2"]
    assert modes[-1] != Reason.WET_ENOUGH
    assert "vwc" not in rig.samples("z2")[-1]
    assert "vwc" in rig.samples("z1")[-1]


def test_a_bus_that_comes_back_is_heard_again(rig: Rig, bus: HungBus) -> None:
    rig.seconds(120)
    bus.let_go.set()
    faults: list[object] = []

    def told_anew() -> bool:
        rig.seconds(1)
        faults[:] = [event["code"] for event in rig.events(EventKind.SENSOR_FAULT)]
        return faults.count(SensorFault.BUS_MISSING) == 2

    until(told_anew)  # it answers again, if only with an error


class HungProbe:
    """A probe on the bus that hangs."""

    def __init__(self, bus: HungBus) -> None:
        self._bus = bus

    def read(self) -> Answer:
        self._bus.open(0)
        raise AssertionError("nobody gets that far")

    def close(self) -> None:
        """Nothing to let go of."""


def test_when_all_probes_hang_only_the_capped_programme_waters(
    tmp_path: Path, bus: HungBus
) -> None:
    def reader_of_hung(name: str, sensors: Sensors, mono: Mono) -> BusReader:
        return ThreadedReader(name, {key: HungProbe(bus) for key in sensors}, mono)

    rig = Rig(tmp_path, buses=replace(LOCK_STEP, reader=reader_of_hung))
    rig.raw = DRY
    rig.seconds(4 * 3600)
    causes = [event["cause"] for event in rig.events(EventKind.DOSE_STARTED)]
    given = sum(float(str(e["litres"])) for e in rig.events(EventKind.DOSE_ENDED))
    budget = 2 * 180.0
    assert set(causes) == {Cause.FALLBACK}
    assert 0 < given <= 0.6 * budget
    bus.let_go.set()
    rig.close()


def test_stop_and_power_off_do_not_wait_for_it(rig: Rig, bus: HungBus) -> None:
    rig.raw = DRY
    rig.seconds(60)
    rig.water()
    assert rig.open == {"z1"}
    rig.runtime.close()
    assert rig.open == set()
    assert not bus.let_go.is_set()
    rig.start()


def test_systemd_is_told_that_the_agent_lives(
    tmp_path: Path, bus: HungBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(tmp_path, more=AIR)
    rig.runtime.close()

    buses = replace(LOCK_STEP, i2c=bus.open, reader=ThreadedReader)
    pins = SimFactory(lambda _channel: DRY)
    runtime = build(load(rig.board), rig.identity, SystemClock(), pins, rig.store_path, buses)
    stop = threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        agent = threading.Thread(target=runtime.run, args=(stop,))
        agent.start()
        heard = [ear.recv(100) for _ in range(4)]
        assert bus.entered.is_set()
        stop.set()
        agent.join()
    assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"]
