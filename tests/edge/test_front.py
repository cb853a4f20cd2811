"""The whole agent with fingers on its box: emergency stop, buttons, lamp, buzzer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.air_watch import CALM, Watch
from edge.config_file import load
from edge.errors import ConfigError
from tests.edge.rig import DRY, METER, Rig
from wire.codes import Alarm, ClockQuality, Ended, EventKind, Fault, Op, Reason, ZoneState

STOP, RESUME, LAMP, BUZZER, WATER_Z1 = 16, 20, 12, 25, 22
FRONT = f"""
[emergency_stop]
pin = {STOP}

[resume_button]
pin = {RESUME}

[lamp]
pin = {LAMP}

[buzzer]
pin = {BUZZER}

[[buttons]]
pin = {WATER_Z1}
zone = "z1"
seconds = 120
"""
HOUR = 3600


class Box(Rig):
    """A greenhouse whose box has a front."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, more=FRONT)
        self.pull()

    def press_stop(self) -> None:
        self.pins.pin(STOP).drive_high()

    def pull(self) -> None:
        """Turn the mushroom until it jumps out."""
        self.pins.pin(STOP).drive_low()

    def push(self, pin: int, seconds: int = 1) -> None:
        self.pins.pin(pin).drive_low()
        self.seconds(seconds)
        self.pins.pin(pin).drive_high()
        self.seconds(1)

    def states(self) -> list[ZoneState]:
        return [zone.memory.state for zone in self.runtime.agent._house.zones.values()]

    def shown(self, pin: int, seconds: int = 8) -> str:
        levels = ""
        for _ in range(seconds):
            self.seconds(1)
            levels += "01"[self._is_on(pin)]
        return levels

    @property
    def ready(self) -> "Box":
        self.seconds(20)
        return self


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path)
    yield box
    box.runtime.close()
    box.pins.reset()


class TestEmergencyStop:
    def test_the_guard_shuts_every_valve_while_the_control_loop_sleeps(self, box: Box) -> None:
        box.ready.water()
        assert box.open == {"z1"}
        box.press_stop()
        box.runtime.guard()
        assert box.open == set()
        box.seconds(1)
        assert box.states() == [ZoneState.LOCKOUT, ZoneState.LOCKOUT]
        assert box.events(EventKind.DOSE_ENDED)[0]["ended"] == Ended.STOPPED
        assert len(box.events(EventKind.LOCKED)) == 1

    def test_pulling_it_out_alone_lets_no_water_flow(self, box: Box) -> None:
        box.ready.press_stop()
        box.seconds(2)
        box.pull()
        box.raw = DRY
        box.seconds(HOUR)
        assert box.states() == [ZoneState.LOCKOUT, ZoneState.LOCKOUT]
        assert box.events(EventKind.DOSE_STARTED) == []

    def test_pulled_out_and_the_button_held_water_flows_again(self, box: Box) -> None:
        box.ready.press_stop()
        box.seconds(2)
        box.push(RESUME, 5)
        assert ZoneState.LOCKOUT in box.states()
        box.pull()
        box.push(RESUME, 5)
        assert [event["by"] for event in box.events(EventKind.RESUMED)] == ["panel"]
        box.ready.water()
        assert box.open == {"z1"}

    def test_the_cloud_cannot_lift_it(self, box: Box) -> None:
        box.ready.press_stop()
        box.seconds(2)
        box.pull()
        box.confirm(Op.RESUME, id_="command0003")
        assert box.states() == [ZoneState.LOCKOUT, ZoneState.LOCKOUT]
        box.confirm(Op.WATER, id_="command0004", zone="z1", litres=5.0, max_s=60.0)
        assert box.events(EventKind.COMMAND_REJECTED)[-1]["reason"] == Reason.LOCKOUT

    def test_it_outlives_a_power_cut(self, box: Box) -> None:
        box.ready.press_stop()
        box.seconds(2)
        box.pull()
        box.power_cut()
        box.start()
        box.pull()
        box.seconds(20)
        assert box.states() == [ZoneState.LOCKOUT, ZoneState.LOCKOUT]
        box.push(RESUME, 5)
        box.power_cut()
        box.start()
        box.pull()
        assert ZoneState.LOCKOUT not in box.ready.states()

    def test_a_cut_wire_is_a_pressed_stop(self, box: Box) -> None:
        box.pins.pin(STOP).drive_high()  # nothing but the pull-up is left
        box.seconds(1)
        assert box.states() == [ZoneState.LOCKOUT, ZoneState.LOCKOUT]

    def test_a_dose_that_waits_for_the_line_is_called_off(self, box: Box) -> None:
        box.ready.water("z1", id_="command0001")
        box.water("z2", id_="command0002")
        box.press_stop()
        box.seconds(1)
        assert box.events(EventKind.COMMAND_REJECTED)[-1]["reason"] == Reason.LOCKOUT

    def test_one_that_nobody_could_lift_is_refused(self, tmp_path: Path, box: Box) -> None:
        text = box.board.read_text().replace(f"[resume_button]\npin = {RESUME}", "")
        (tmp_path / "other.toml").write_text(text)
        with pytest.raises(ConfigError, match=r"emergency_stop\.pin.*resume_button"):
            load(tmp_path / "other.toml")


class TestButtons:
    def test_a_press_waters_and_the_next_one_ends_it(self, box: Box) -> None:
        box.ready.push(WATER_Z1)
        assert box.open == {"z1"}
        accepted = box.events(EventKind.COMMAND_ACCEPTED)[0]
        assert (accepted["by"], accepted["max_s"], accepted["zone"]) == ("panel", 120.0, "z1")
        box.push(WATER_Z1)
        assert box.open == set()
        assert box.events(EventKind.DOSE_ENDED)[0]["ended"] == Ended.STOPPED
        assert box.events(EventKind.STOPPED)[0]["by"] == "panel"

    def test_a_dose_ends_by_itself(self, box: Box) -> None:
        box.ready.push(WATER_Z1)
        box.seconds(125)
        assert box.open == set()
        ended = box.events(EventKind.DOSE_ENDED)[0]
        assert (ended["cause"], ended["ended"]) == ("manual", Ended.COMPLETE)
        assert ended["open_s"] == pytest.approx(120.0, abs=2.0)

    def test_a_refused_press_is_heard_as_three_beeps(self, box: Box) -> None:
        box.seconds(3)
        box.pins.pin(WATER_Z1).drive_low()
        box.seconds(1)
        assert box.shown(BUZZER, 6) == "010100"
        assert box.open == set()
        assert box.events(EventKind.COMMAND_ACCEPTED) == []

    def test_holding_the_button_ends_a_stop_of_the_cloud(self, box: Box) -> None:
        box.ready.send(Op.STOP, id_="stop000001", n=1)
        box.seconds(2)
        assert box.states() == [ZoneState.HOLD, ZoneState.HOLD]
        box.push(RESUME)
        assert box.states() == [ZoneState.HOLD, ZoneState.HOLD]
        box.push(RESUME, 4)
        assert ZoneState.HOLD not in box.states()

    def test_a_stuck_valve_is_cleared_before_it_and_not_from_afar(self, box: Box) -> None:
        box.flows = False
        box.seconds(20)
        for _ in range(90):
            box.pins.pin(METER).pulses(20)
            box.seconds(1)
        faults = [zone.memory.fault for zone in box.runtime.agent._house.zones.values()]
        assert faults == [Fault.STUCK_OPEN, Fault.STUCK_OPEN]
        box.confirm(Op.CLEAR_FAULT, id_="command0009")
        assert box.events(EventKind.FAULT_CLEARED) == []
        assert box.events(EventKind.COMMAND_REJECTED)[0]["reason"] == Fault.STUCK_OPEN
        box.push(RESUME, 4)
        assert len(box.events(EventKind.FAULT_CLEARED)) == 2


class TestCall:
    def test_it_blinks_and_beeps_for_half_a_minute_so_that_it_is_found(self, box: Box) -> None:
        box.ready.seconds(1)
        box.confirm(Op.IDENTIFY, id_="command0009")
        assert len(box.events(EventKind.COMMAND_DONE)) == 1
        assert box.shown(BUZZER, 7) == "0101010"
        assert box.shown(LAMP, 9).count("110") >= 2
        box.seconds(20)
        assert sorted(box.shown(LAMP)) == sorted("10100000")


class TestLight:
    def test_it_blinks_twice_while_the_cloud_is_away(self, box: Box) -> None:
        assert sorted(box.ready.shown(LAMP)) == sorted("10100000")

    def test_it_burns_while_the_emergency_stop_bars_all_water(self, box: Box) -> None:
        box.ready.press_stop()
        box.seconds(2)
        assert box.shown(LAMP) == "11111111"

    def test_lamp_and_buzzer_are_dark_after_the_end(self, box: Box) -> None:
        box.ready.press_stop()
        box.seconds(2)
        box.runtime.close()
        assert not box._is_on(LAMP)
        assert not box._is_on(BUZZER)
        box.start()


class TestPauseAndHalt:
    def test_a_pause_of_days_outlives_power_cuts_and_ends(self, box: Box) -> None:
        box.raw = DRY
        box.ready.confirm(Op.PAUSE, id_="command0001", for_s=2 * HOUR)
        box.seconds(HOUR)
        box.power_cut()
        box.clock.advance(HOUR / 2)
        box.start()
        box.pull()
        box.seconds(HOUR // 3)
        begun = len(box.events(EventKind.DOSE_STARTED))
        box.seconds(HOUR // 3)
        assert len(box.events(EventKind.DOSE_STARTED)) > begun
        assert box.events(EventKind.PAUSED)[0]["for_s"] == 2 * HOUR

    def test_without_a_clock_it_has_left_what_it_had_before_the_cut(self, box: Box) -> None:
        box.raw = DRY
        box.clock.quality = ClockQuality.NONE
        box.ready.confirm(Op.PAUSE, id_="command0001", for_s=HOUR)
        box.seconds(HOUR // 2)
        box.power_cut()
        box.clock.advance(50 * HOUR)
        box.start()
        box.pull()
        assert box.runtime.agent._house.pause.left(box.clock.now) == pytest.approx(1800, abs=60)

    def test_a_stop_of_six_hours_is_an_alarm_even_over_a_power_cut(self, box: Box) -> None:
        box.ready.send(Op.STOP, id_="stop000001", n=1)
        box.seconds(4 * HOUR)
        box.power_cut()
        box.start()
        box.pull()
        box.seconds(2 * HOUR - 60)
        assert box.events(EventKind.ALARM) == []
        box.seconds(120)
        (alarm,) = box.events(EventKind.ALARM)
        assert (alarm["code"], alarm["on"]) == (Reason.HOLD, "")
        box.power_cut()
        box.start()
        box.pull()
        box.seconds(300)
        assert len(box.events(EventKind.ALARM)) == 1

    def test_that_alarm_hides_none_that_is_still_on(self, box: Box) -> None:
        house = box.ready.runtime.agent._house
        house.air = {**CALM, Alarm.HEAT: Watch(told=True)}
        box.send(Op.STOP, id_="stop000001", n=1)
        box.seconds(6 * HOUR + 60)
        (alarm,) = box.events(EventKind.ALARM)
        assert alarm["on"] == Alarm.HEAT
