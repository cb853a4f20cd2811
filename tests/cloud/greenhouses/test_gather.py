"""What a device's rows say of a zone: faults until cleared, doses until ended."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.clock import unix_ms
from cloud.greenhouses import service
from cloud.greenhouses.service import GreenhouseStatus
from cloud.words import say
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.greenhouses.garden import Garden
from wire.codes import Cause, Ended, EventKind


class Look:
    """The farmer's look at the greenhouse, now."""

    def __init__(self, engine: Engine, seeded: Seeded, clock: FixedClock) -> None:
        self.engine, self.seeded, self.clock = engine, seeded, clock

    def __call__(self) -> GreenhouseStatus:
        principal = self.seeded.farmer.principal
        with Session(self.engine) as session:
            house = service.find(session, principal, self.seeded.greenhouse.public_id)
            return service.status(session, principal, house, self.clock.now())

    def flowing(self) -> bool:
        return self().status.flowing


@pytest.fixture
def look(engine: Engine, seeded: Seeded, clock: FixedClock) -> Look:
    return Look(engine, seeded, clock)


def test_a_dose_flows_from_its_start_to_its_end(garden: Garden, look: Look) -> None:
    garden.sample(fill=0.9, open_s=0.0, ago_s=30)
    assert not look.flowing()
    garden.event(EventKind.DOSE_STARTED, cause="auto")
    assert look.flowing()
    garden.event(EventKind.DOSE_ENDED, cause="auto", ended="complete", litres=4.0)
    assert not look.flowing()


def test_between_two_pulses_no_water_flows(garden: Garden, look: Look, clock: FixedClock) -> None:
    garden.event(EventKind.DOSE_STARTED, cause="auto")
    clock.advance(minutes=4)
    garden.sample(fill=0.9, open_s=60.0)
    assert look.flowing()
    clock.advance(minutes=1)
    garden.sample(fill=0.9, open_s=0.0)
    assert not look.flowing()


def test_a_dose_by_hand_has_no_pauses(garden: Garden, look: Look, clock: FixedClock) -> None:
    garden.event(EventKind.DOSE_STARTED, cause="manual")
    clock.advance(seconds=30)
    garden.sample(fill=0.9)
    assert look.flowing()


def test_a_fault_lasts_until_it_is_cleared(garden: Garden, look: Look) -> None:
    garden.event(EventKind.FAULT, fault="no_flow")
    assert look().status.level == "bad"
    garden.event(EventKind.FAULT_CLEARED, fault="no_flow")
    garden.sample(fill=0.9)
    garden.sample(zone=2, fill=0.9)
    assert look().status.level == "ok"


def test_a_code_of_a_newer_device_is_passed_over(garden: Garden, look: Look) -> None:
    garden.event(EventKind.MODE, state="of a newer device")
    garden.sample(fill=0.9)
    garden.sample(zone=2, fill=0.9)
    assert look().status.level == "ok"


def test_a_restart_ends_the_dose_that_was_running(garden: Garden, look: Look) -> None:
    garden.event(EventKind.DOSE_STARTED, cause="manual")
    garden.boot = "bootbootbootboo3"
    garden.sample(fill=0.9)
    assert not look.flowing()


def test_a_silent_zone_keeps_its_card(garden: Garden, look: Look) -> None:
    garden.sample(fill=0.9)
    first, second = look().status.zones
    assert first.fill is not None
    assert second.fill is None


def test_litres_of_today_and_yesterday(garden: Garden, look: Look) -> None:
    garden.sample(fill=0.9, litres=5.0)
    garden.sample(fill=0.9, litres=7.0, ago_s=12 * 3600)
    garden.sample(fill=0.9, litres=99.0, ago_s=40 * 3600)
    status = look().status
    assert (status.litres_today, status.litres_yesterday) == (5.0, 7.0)


def test_waterings_newest_first(
    garden: Garden, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    garden.event(EventKind.DOSE_ENDED, ago_s=900, cause="auto", ended="interrupted", litres=3)
    garden.event(EventKind.DOSE_STARTED, ago_s=600, cause="auto")
    garden.event(EventKind.DOSE_ENDED, ago_s=300, cause="auto", ended="stale", litres=12.5)
    garden.event(EventKind.DOSE_STARTED, ago_s=30, cause="manual")
    with Session(engine) as session:
        lately = service.served_lately(session, seeded.zones[0], clock.now())
        doses = service.waterings(session, lately)
    assert [(dose.cause, dose.litres, dose.ending) for dose in doses] == [
        (Cause.MANUAL, 0.0, None),
        (Cause.AUTO, 12.5, Ended.STALE),
        (Cause.AUTO, 3.0, Ended.INTERRUPTED),
    ]


LOST = "Đầu đo p3 không trả lời. Kiểm tra dây và nguồn."


def well_watered(garden: Garden) -> None:
    for zone in (1, 2):
        garden.sample(zone=zone, fill=0.9)


def advice(look: Look) -> str:
    return say("vi", look().status.advice)


def test_a_sensor_is_lost_until_it_is_found(garden: Garden, look: Look) -> None:
    well_watered(garden)
    garden.event(EventKind.SENSOR_FAULT, zone=None, sensor="p3", code="silent", lost=1)
    assert (look().status.level, advice(look)) == ("warn", LOST)
    garden.event(EventKind.SENSOR_WELL, zone=None, sensor="p3", lost=0)
    assert look().status.level == "ok"


def test_one_found_of_two_leaves_one_lost(garden: Garden, look: Look) -> None:
    well_watered(garden)
    for key, lost in (("p3", 1), ("p4", 2)):
        garden.event(EventKind.SENSOR_FAULT, zone=None, sensor=key, code="silent", lost=lost)
    garden.event(EventKind.SENSOR_WELL, zone=None, sensor="p4", lost=1)
    assert advice(look) == "Còn 1 đầu đo không trả lời. Kiểm tra dây và nguồn."


def test_a_code_of_a_newer_device_still_tells_that_a_sensor_is_lost(
    garden: Garden, look: Look
) -> None:
    well_watered(garden)
    garden.event(EventKind.SENSOR_FAULT, zone=None, sensor="p3", code="melted", lost=1)
    assert advice(look).startswith("Còn 1 đầu đo")


def test_a_device_that_booted_anew_finds_out_for_itself(garden: Garden, look: Look) -> None:
    garden.event(EventKind.SENSOR_FAULT, zone=None, sensor="p3", code="silent", lost=1)
    garden.boot = "bootbootbootboo3"
    well_watered(garden)
    assert look().status.level == "ok"


def test_a_clogged_line_is_told_until_it_is_mended(garden: Garden, look: Look) -> None:
    well_watered(garden)
    garden.event(EventKind.ALARM, code="clogged", on="clogged")
    assert look().status.level == "warn"
    assert "Đầu nhỏ giọt có thể bị tắc." in advice(look)
    garden.event(EventKind.ALARM_OVER, code="clogged", on="")
    assert look().status.level == "ok"


def test_of_two_alarms_of_the_air_one_is_left(garden: Garden, look: Look) -> None:
    well_watered(garden)
    garden.event(EventKind.ALARM, zone=None, code="heat", on="dry_air,heat")
    garden.event(EventKind.ALARM_OVER, zone=None, code="heat", on="dry_air")
    assert advice(look) == "Không khí quá khô. Kéo lưới che, phun sương nếu có."
    garden.boot = "bootbootbootboo4"
    well_watered(garden)
    assert look().status.level == "ok"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("in_hours", "by", "told"),
    [
        (3, "forecast", "Khoảng 3 giờ nữa sẽ tưới"),
        (3, "of a newer device", "Máy sẽ tưới khi còn"),
        (24 * 30, "usual", "Máy sẽ tưới khi còn"),
        (-3, "usual", "Máy sẽ tưới khi còn"),
    ],
)
def test_the_next_dose_is_the_one_the_box_told_where_it_can_be(
    garden: Garden, look: Look, in_hours: int, by: str, told: str
) -> None:
    next_ms = unix_ms(garden.clock.now()) + in_hours * 3_600_000
    for zone in (1, 2):
        garden.sample(zone=zone, fill=0.9)
        garden.event(
            EventKind.MODE,
            zone,
            state="idle",
            reason="wet_enough",
            next_ms=next_ms,
            next_by=by,
        )
    assert told in say("vi", look().status.advice)
