"""The whole agent without a network: it waters, records, obeys, and shuts when in doubt."""

import sqlite3

import pytest

from edge.control import Strategy
from tests.edge.rig import BROKEN, DRY, Rig
from wire.codes import ClockQuality, Ended, EventKind, Op, Reason, Refusal

MINUTE = 60
HOUR = 3600


def test_dry_soil_is_watered_in_pulses_and_every_litre_is_booked(rig: Rig) -> None:
    rig.raw = DRY
    rig.seconds(HOUR)
    started = rig.events(EventKind.DOSE_STARTED)
    assert [event["zone"] for event in started] == ["z1"]
    litres = sum(sample["litres"] for sample in rig.samples("z1"))
    assert litres == pytest.approx(rig.runtime.agent._house.senses.litres(), abs=0.6)
    assert litres > 0
    assert sum(sample["open_s"] for sample in rig.samples("z1")) > 100


def test_moist_soil_is_left_alone_and_the_reason_is_told_once(rig: Rig) -> None:
    rig.seconds(HOUR)
    assert rig.events(EventKind.DOSE_STARTED) == []
    told = [event for event in rig.events(EventKind.MODE) if event["zone"] == "z1"]
    assert [event["reason"] for event in told] == [Reason.WET_ENOUGH]


def test_a_minute_gives_a_row_per_zone_and_one_for_the_house(rig: Rig) -> None:
    rig.seconds(3 * MINUTE)
    assert len(rig.samples("z1")) == len(rig.samples("z2")) == len(rig.samples(None)) == 3
    last = rig.samples("z1")[-1]
    assert {"vwc", "vwc_1", "vwc_2", "fill", "litres", "open_s"} == set(last)
    assert last["fill"] == pytest.approx(last["vwc"] / 0.55, abs=1e-3)
    assert set(rig.samples("z2")[-1]) == {"litres", "open_s"}


def test_a_quiet_tick_writes_nothing(rig: Rig) -> None:
    rig.seconds(2 * MINUTE)
    with sqlite3.connect(rig.store_path) as reader:
        before = reader.execute("PRAGMA data_version").fetchone()
        rig.seconds(MINUTE - 1)
        assert reader.execute("PRAGMA data_version").fetchone() == before
        rig.seconds(1)
        assert reader.execute("PRAGMA data_version").fetchone() != before
    reader.close()


def test_a_probe_that_falls_silent_ends_the_dose_it_had_asked_for(rig: Rig) -> None:
    rig.raw = DRY
    rig.seconds(6 * MINUTE)
    assert rig.open == {"z1"}
    rig.raw = BROKEN
    rig.seconds(18 * MINUTE)
    assert rig.open == set()
    assert rig.events(EventKind.DOSE_ENDED)[0]["ended"] == Ended.STALE
    rig.seconds(30 * MINUTE)
    assert {event["cause"] for event in rig.events(EventKind.DOSE_STARTED)[1:]} <= {"fallback"}


def test_stop_shuts_at_once_and_holds_until_a_confirmed_resume(rig: Rig) -> None:
    rig.seconds(20)
    rig.water()
    assert rig.open == {"z1"}
    rig.send(Op.STOP, id_="stop000001", n=1)
    rig.runtime.agent.attend()
    assert rig.open == set()
    told = {"id": "stop000001", "n": 1, "zone": None, "kind": "stopped"}
    assert rig.events(EventKind.STOPPED) == [told]
    rig.seconds(2)
    assert rig.events(EventKind.COMMAND_DONE)[0]["reason"] == Ended.STOPPED
    rig.confirm(Op.WATER, id_="command0002", zone="z1", litres=5.0, max_s=60.0)
    assert rig.events(EventKind.COMMAND_REJECTED)[-1]["reason"] == Reason.HOLD
    rig.confirm(Op.RESUME, id_="command0003")
    rig.seconds(30)
    rig.water(id_="command0004")
    assert rig.open == {"z1"}


def test_a_repeated_stop_does_nothing_after_the_resume(rig: Rig) -> None:
    rig.send(Op.STOP, id_="stop000001", n=3)
    rig.seconds(1)
    rig.confirm(Op.RESUME, id_="command0003")
    rig.send(Op.STOP, id_="stop000001", n=3)
    rig.seconds(1)
    assert len(rig.events(EventKind.STOPPED)) == 1
    assert not rig.runtime.agent._house.hold


def test_a_hold_survives_a_restart(rig: Rig) -> None:
    rig.send(Op.STOP, id_="stop000001", n=1)
    rig.seconds(1)
    rig.runtime.close()
    rig.raw = DRY
    rig.start()
    rig.seconds(HOUR)
    assert rig.events(EventKind.DOSE_STARTED) == []


def test_a_confirmed_command_is_told_from_accepted_to_done(rig: Rig) -> None:
    rig.seconds(20)
    rig.water(litres=8.0)
    rig.seconds(3 * MINUTE)
    told = [event["kind"] for event in rig.events() if event.get("id") == "command0001"]
    assert told == [
        EventKind.COMMAND_ACCEPTED,
        EventKind.DOSE_STARTED,
        EventKind.COMMAND_RUNNING,
        EventKind.COMMAND_FLOWING,
        EventKind.DOSE_ENDED,
        EventKind.COMMAND_DONE,
    ]
    assert rig.events(EventKind.COMMAND_DONE)[0]["litres"] == pytest.approx(8.0, abs=0.3)
    assert rig.open == set()


def test_water_that_a_meter_has_not_seen_is_never_said_to_flow(rig: Rig) -> None:
    rig.seconds(20)
    rig.flows = False
    rig.water()
    rig.seconds(3 * MINUTE)
    assert rig.events(EventKind.COMMAND_RUNNING)
    assert rig.events(EventKind.COMMAND_FLOWING) == []
    assert rig.events(EventKind.COMMAND_FAILED)


def test_a_command_is_cut_down_to_the_hardware_bounds(rig: Rig) -> None:
    rig.seconds(20)
    rig.water(litres=5000.0)
    rig.seconds(20 * MINUTE)
    assert rig.events(EventKind.DOSE_ENDED)[0]["litres"] == pytest.approx(40.0, abs=0.8)


def test_nothing_moves_without_an_answer(rig: Rig) -> None:
    rig.seconds(20)
    rig.send(Op.WATER, zone="z1", litres=5.0, max_s=60.0)
    rig.seconds(20)
    assert rig.open == set()
    assert rig.events(EventKind.COMMAND_EXPIRED)[0]["reason"] == Refusal.EXPIRED


def test_an_answer_from_before_a_restart_is_void(rig: Rig) -> None:
    rig.seconds(20)
    rig.send(Op.WATER, zone="z1", litres=5.0, max_s=60.0)
    rig.seconds(1)
    ask = rig.asked()
    rig.runtime.close()
    rig.start()
    rig.seconds(20)
    rig.answer(ask)
    rig.seconds(2)
    assert rig.open == set()


@pytest.mark.parametrize(
    ("op", "fields", "reason"),
    [
        (Op.WATER, {"zone": "z9", "litres": 5.0, "max_s": 60.0}, Refusal.UNKNOWN_ZONE),
        (Op.IDENTIFY, {}, Refusal.UNSUPPORTED),
        (Op.CLEAR_FAULT, {"zone": "z9"}, Refusal.UNKNOWN_ZONE),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    rig: Rig, op: Op, fields: dict[str, object], reason: Refusal
) -> None:
    rig.confirm(op, id_="command0001", **fields)
    assert rig.events(EventKind.COMMAND_REJECTED)[0]["reason"] == reason


def test_a_zone_at_work_refuses_a_second_dose(rig: Rig) -> None:
    rig.seconds(20)
    rig.water()
    rig.water(id_="command0002")
    assert rig.events(EventKind.COMMAND_REJECTED)[0]["reason"] == Refusal.BUSY


def test_a_person_waits_for_another_zones_water_and_is_served_then(rig: Rig) -> None:
    rig.seconds(20)
    rig.water("z1", litres=2.0)
    rig.water("z2", litres=2.0, id_="command0002")
    assert rig.open == {"z1"}
    assert rig.events(EventKind.COMMAND_REJECTED) == []
    rig.seconds(2 * MINUTE)
    assert [done["id"] for done in rig.events(EventKind.COMMAND_DONE)] == [
        "command0001",
        "command0002",
    ]


def test_a_person_waits_for_the_automatic_pulse_of_the_same_zone(rig: Rig) -> None:
    rig.raw = DRY
    while not rig.open:
        rig.seconds(1)
    rig.water(litres=2.0)
    assert rig.events(EventKind.COMMAND_DONE) == []
    rig.seconds(10 * MINUTE)
    assert rig.events(EventKind.COMMAND_DONE)[0]["id"] == "command0001"


def test_a_line_taken_too_long_refuses_who_waits(rig: Rig) -> None:
    rig.seconds(20)
    rig.water("z1", litres=40.0)
    rig.water("z2", litres=2.0, id_="command0002")
    rig.seconds(6 * MINUTE)
    assert rig.open == {"z1"}
    (refused,) = rig.events(EventKind.COMMAND_REJECTED)
    assert (refused["id"], refused["reason"]) == ("command0002", Refusal.BUSY)


def test_stop_also_calls_off_who_waits(rig: Rig) -> None:
    rig.seconds(20)
    rig.water("z1", litres=40.0)
    rig.water("z2", litres=2.0, id_="command0002")
    rig.send(Op.STOP, id_="command0003", n=1)
    rig.seconds(10 * MINUTE)
    assert rig.open == set()
    (refused,) = rig.events(EventKind.COMMAND_REJECTED)
    assert (refused["id"], refused["reason"]) == ("command0002", Reason.HOLD)


def test_a_dose_the_zone_machine_does_not_take_up_is_told_as_rejected(rig: Rig) -> None:
    rig.water("z1", id_="command0001")  # INIT: the meter is not yet proven still
    assert rig.events(EventKind.COMMAND_REJECTED)[0]["reason"] == Reason.STARTING


def test_an_opening_the_valve_bank_refuses_is_an_alarm_and_no_dose(rig: Rig) -> None:
    rig.raw, rig.flows = DRY, False
    rig.seconds(5 * MINUTE)
    rig.runtime.valves.open("z1", 30.0, 5.0)
    rig.seconds(2)
    (alarm,) = rig.events(EventKind.ALARM)
    assert (alarm["code"], alarm["on"]) == ("valve", "")
    assert rig.runtime.store.open_doses() == []


def test_a_pause_keeps_automation_away_but_not_people(rig: Rig) -> None:
    rig.seconds(20)
    rig.confirm(Op.PAUSE, id_="command0001", for_s=7200.0)
    rig.raw = DRY
    rig.seconds(HOUR)
    assert rig.events(EventKind.DOSE_STARTED) == []
    rig.water(id_="command0002")
    assert rig.open == {"z1"}


def test_a_fault_survives_a_restart_and_is_cleared_by_command(rig: Rig) -> None:
    rig.flows = False
    rig.seconds(20)
    rig.water()
    rig.seconds(2 * MINUTE)
    assert rig.events(EventKind.FAULT)[0]["zone"] == "z1"
    assert rig.events(EventKind.COMMAND_FAILED)[0]["id"] == "command0001"
    rig.runtime.close()
    rig.start()
    rig.flows = True
    rig.seconds(20)
    rig.water(id_="command0002")
    assert rig.events(EventKind.COMMAND_REJECTED)[-1]["reason"] == Reason.FAULT
    rig.confirm(Op.CLEAR_FAULT, id_="command0003", zone="z1")
    rig.seconds(20)
    rig.water(id_="command0004")
    assert rig.open == {"z1"}


def test_a_power_cut_during_a_dose_is_charged_in_full_and_never_resumed(rig: Rig) -> None:
    rig.seconds(20)
    rig.water(litres=8.0)
    assert rig.open == {"z1"}
    rig.power_cut()
    rig.start()
    assert rig.open == set()
    (interrupted,) = rig.events(EventKind.INTERRUPTED)
    assert interrupted["litres_at_most"] == 8.0
    assert rig.events(EventKind.COMMAND_FAILED)[0]["reason"] == Ended.INTERRUPTED
    rig.seconds(5 * MINUTE)
    assert rig.open == set()
    assert rig.runtime.store.zone("z1").litres == pytest.approx(8.0)
    assert rig.runtime.store.open_doses() == []


def test_an_orderly_end_tells_what_was_given(rig: Rig) -> None:
    rig.seconds(20)
    rig.water(litres=8.0)
    rig.seconds(30)
    rig.runtime.close()
    assert rig.open == set()
    rig.start()
    assert rig.events(EventKind.INTERRUPTED) == []
    (ended,) = rig.events(EventKind.DOSE_ENDED)
    assert ended["ended"] == Ended.INTERRUPTED
    assert ended["litres"] == pytest.approx(2.0, abs=0.2)
    assert rig.runtime.store.zone("z1").litres == pytest.approx(2.0, abs=0.2)


def test_the_days_budget_survives_restarts(rig: Rig) -> None:
    rig.seconds(20)
    for number in range(6):
        rig.water(litres=40.0, id_=f"command000{number}")
        rig.seconds(11 * MINUTE)
        rig.runtime.close()
        rig.start()
        rig.seconds(20)
    ended = [event for event in rig.events(EventKind.DOSE_ENDED) if event["zone"] == "z1"]
    given = sum(float(str(event["litres"])) for event in ended)
    assert given == pytest.approx(180.0, abs=1.0)
    assert rig.events(EventKind.COMMAND_REJECTED)[-1]["reason"] == Reason.DAY_BUDGET


def test_a_clock_that_is_set_is_told_and_moves_no_valve(rig: Rig) -> None:
    rig.seconds(20)
    rig.water(litres=8.0)
    rig.clock.wall_offset_ms += 60 * 86_400_000
    rig.seconds(10)
    assert rig.open == {"z1"}
    assert rig.events(EventKind.CLOCK_STEP)[0]["step_s"] == 5_184_000.0
    assert rig.runtime.agent.clock_steps == 1
    rig.seconds(3 * MINUTE)
    assert rig.open == set()


def test_dry_soil_is_watered_without_a_trusted_clock(rig: Rig) -> None:
    rig.clock.quality = ClockQuality.NONE
    rig.raw = DRY
    rig.seconds(HOUR)
    assert rig.events(EventKind.DOSE_STARTED)


def test_a_corrupt_store_is_told_and_the_agent_goes_on(rig: Rig) -> None:
    epoch = rig.runtime.store.origin.epoch
    rig.seconds(2 * MINUTE)
    damage(rig)
    rig.seconds(MINUTE)
    assert rig.events(EventKind.STORE_QUARANTINED)[0]["file"] == "edge.db.corrupt-1"
    assert rig.runtime.store.origin.epoch != epoch
    assert rig.samples("z1")


def test_a_hold_the_budget_and_settings_outlive_a_corrupt_store(rig: Rig) -> None:
    rig.settle(4, z2={"strategy": "monitor"})
    rig.seconds(20)
    rig.water(litres=8.0)
    rig.seconds(3 * MINUTE)
    rig.send(Op.STOP, id_="stop000001", n=5)
    rig.seconds(1)
    epoch, session = rig.runtime.store.origin.epoch, rig.runtime.store.session
    damage(rig)
    store = rig.runtime.store
    assert rig.runtime.agent._house.hold
    assert rig.runtime.agent._house.stop_n == 5
    assert [event["n"] for event in rig.events(EventKind.STOPPED)] == [5]
    assert store.zone("z1").litres == pytest.approx(8.0, abs=0.3)
    assert [zone.params.strategy for zone in rig.zones] == [Strategy.ADAPTIVE, Strategy.MONITOR]
    assert (store.meta("prev_epoch"), store.session) == (epoch, session + 1)


def damage(rig: Rig) -> None:
    """The card eats the database between two starts."""
    rig.runtime.close()
    rig.store_path.write_bytes(b"rubbish" * 1000)
    rig.start()
