"""The derived status: one row for every way a greenhouse can be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloud.devices.models import CommandState
from cloud.greenhouses.facts import Ahead, CommandFacts, Facts, Reading, ZoneFacts
from cloud.greenhouses.rules import Level, Moisture, Status, derive, moisture
from cloud.words import say
from wire.codes import Fault, Op, Outlook, Reason, ZoneState

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)  # 14:00 in Việt Nam


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


ZONE = ZoneFacts(
    public_id="zone000001",
    name="Khu 1",
    crop="Cà chua bi",
    refill=0.80,
    target=0.93,
    fill=Reading(0.9, ago(seconds=40)),
    state=ZoneState.IDLE,
    litres_today=40.0,
    litres_yesterday=118.0,
)
HEALTHY = Facts(zones=(ZONE,), heard=ago(seconds=8), connected=True)


def with_zone(**changes: object) -> Facts:
    zone = replace(ZONE, **changes)  # type: ignore[arg-type]  # a row of a table
    return replace(HEALTHY, zones=(zone,))


def asked(op: Op, state: CommandState, seconds: float = 1, **more: object) -> CommandFacts:
    command = CommandFacts("cmd0000001", op, state, ago(seconds=seconds), ago(seconds=seconds))
    return replace(command, **more)  # type: ignore[arg-type]  # a row of a table


def status(facts: Facts) -> Status:
    return derive(facts, NOW)


def advice(facts: Facts) -> str:
    return say("vi", status(facts).advice)


@pytest.mark.parametrize(
    ("facts", "level", "sentence"),
    [
        (HEALTHY, Level.OK, "Đất đủ ẩm. Máy sẽ tưới khi còn 80%."),
        (replace(HEALTHY, zones=()), Level.OK, "Vườn chưa có khu nào."),
        (Facts(zones=(ZONE,)), Level.LOST, "Chưa có máy nào ở vườn gửi số liệu về."),
        (
            replace(HEALTHY, connected=False, heard=ago(minutes=2)),
            Level.LOST,
            "Máy ở vườn im lặng từ 13:58. Cần dừng nước thì gạt công tắc đỏ trên tủ điện.",
        ),
        (
            replace(HEALTHY, heard=ago(minutes=6)),
            Level.LOST,
            "Máy ở vườn im lặng từ 13:54. Cần dừng nước thì gạt công tắc đỏ trên tủ điện.",
        ),
        (
            with_zone(state=ZoneState.LOCKOUT),
            Level.ACT,
            "Nút dừng khẩn ở vườn đang bật. Hãy mở lại tại vườn.",
        ),
        (
            with_zone(fault=Fault.NO_FLOW, fault_since=ago(minutes=55)),
            Level.ACT,
            "Khu 1, từ 13:05: Van mở nhưng không có nước. Kiểm tra máy bơm và khóa tổng.",
        ),
        (
            with_zone(fault=Fault.STUCK_OPEN),
            Level.ACT,
            "Khu 1: Van không đóng được. Khóa van tổng ngay.",
        ),
        (
            with_zone(fault=Fault.NO_WETTING),
            Level.WATCH,
            "Khu 1: Tưới rồi mà đất không ẩm lên. Kiểm tra dây tưới và đầu đo.",
        ),
        (
            with_zone(state=ZoneState.HOLD),
            Level.WATCH,
            "Nước đang dừng theo lệnh. Máy không tự tưới.",
        ),
        (
            replace(HEALTHY, tank=Reading(0.1, NOW)),
            Level.WATCH,
            "Bể chỉ còn 10% nước. Hãy bơm thêm.",
        ),
        (with_zone(fill=None), Level.WATCH, "Khu 1: chưa có số đo mới từ đầu đo đất."),
        (
            with_zone(fill=Reading(0.9, ago(minutes=4))),
            Level.WATCH,
            "Khu 1: chưa có số đo mới từ đầu đo đất.",
        ),
        (with_zone(fill=Reading(0.7, NOW)), Level.WATCH, "Khu 1 đang khô. Máy sắp tưới."),
        (
            with_zone(fill=Reading(0.7, NOW), reason=Reason.OUTSIDE_WINDOW),
            Level.WATCH,
            "Khu 1 đang khô. Chưa đến giờ tưới.",
        ),
        (
            with_zone(fill=Reading(1.05, NOW)),
            Level.WATCH,
            "Khu 1 quá ướt. Máy không tưới thêm.",
        ),
        (
            with_zone(fill=Reading(0.7, NOW), state=ZoneState.RUN),
            Level.OK,
            "Máy đang tưới và sẽ tự dừng khi đủ.",
        ),
        (with_zone(fill=Reading(0.79, NOW)), Level.OK, "Máy sắp tưới."),
        (with_zone(state=ZoneState.SOAK), Level.OK, "Vừa tưới xong, chờ nước ngấm."),
        (with_zone(reason=Reason.PAUSED), Level.OK, "Tưới tự động đang tạm nghỉ."),
        (with_zone(reason=Reason.WET_ENOUGH), Level.OK, "Đất đủ ẩm. Máy sẽ tưới khi còn 80%."),
    ],
)
def test_level_and_advice(facts: Facts, level: Level, sentence: str) -> None:
    assert (status(facts).level, advice(facts)) == (level, sentence)


def test_the_worst_zone_speaks_for_the_house() -> None:
    broken = replace(ZONE, name="Khu 2", fault=Fault.BURST)
    wet = replace(ZONE, fill=Reading(1.05, NOW))
    assert status(replace(HEALTHY, zones=(wet, broken))).level is Level.ACT


def test_of_healthy_zones_the_driest_is_next() -> None:
    drier = replace(ZONE, fill=Reading(0.78, NOW))
    assert advice(replace(HEALTHY, zones=(ZONE, drier))) == "Máy sắp tưới."


@pytest.mark.parametrize(
    ("fill", "word"),
    [(0.70, Moisture.DRY), (0.78, Moisture.RIGHT), (0.95, Moisture.RIGHT), (1.02, Moisture.WET)],
)
def test_moisture_in_one_word(fill: float, word: Moisture) -> None:
    assert moisture(replace(ZONE, fill=Reading(fill, NOW)), NOW) is word


@pytest.mark.parametrize("state", [ZoneState.PRIME, ZoneState.RUN, ZoneState.MANUAL])
def test_water_runs_in_the_open_states(state: ZoneState) -> None:
    shown = status(with_zone(state=state))
    assert shown.flowing
    assert say("vi", shown.water) == "Nước đang chảy: Khu 1"


def test_without_contact_nothing_is_claimed_about_water() -> None:
    facts = replace(with_zone(state=ZoneState.RUN), connected=False)
    shown = status(facts)
    assert not shown.flowing
    assert say("vi", shown.water) == "Không rõ nước đang chảy hay tắt"
    assert not shown.zones[0].flowing


def test_litres_are_summed_over_zones() -> None:
    shown = status(replace(HEALTHY, zones=(ZONE, ZONE)))
    assert (shown.litres_today, shown.litres_yesterday) == (80.0, 236.0)


SILENT = replace(HEALTHY, connected=False)
HELD = with_zone(state=ZoneState.HOLD)


@pytest.mark.parametrize(
    ("facts", "stop", "sentence"),
    [
        (HEALTHY, None, None),
        (HEALTHY, asked(Op.STOP, CommandState.SENDING), "Đang dừng…"),
        (HELD, asked(Op.STOP, CommandState.ACCEPTED), "Đang dừng…"),
        (
            HEALTHY,
            asked(Op.STOP, CommandState.SENDING, 11),
            "Chưa tới được máy. Gạt công tắc đỏ trên tủ điện.",
        ),
        (
            SILENT,
            asked(Op.STOP, CommandState.SENDING),
            "Chưa tới được máy. Gạt công tắc đỏ trên tủ điện.",
        ),
        (HEALTHY, asked(Op.STOP, CommandState.DONE, 5), "Đã dừng. Van đóng."),
        (HELD, asked(Op.STOP, CommandState.DONE, 3600), "Đã dừng. Van đóng."),
        (HEALTHY, asked(Op.STOP, CommandState.DONE, 3600), None),
        (
            HEALTHY,
            asked(Op.STOP, CommandState.FAILED),
            "Lệnh dừng chưa xong. Gạt công tắc đỏ trên tủ điện.",
        ),
    ],
)
def test_stop_is_done_only_when_the_device_said_so(
    facts: Facts, stop: CommandFacts | None, sentence: str | None
) -> None:
    line = status(replace(facts, stop=stop)).stop
    assert (say("vi", line) if line else None) == sentence


WATER = asked(Op.WATER, CommandState.SENDING)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (WATER, "Đang gửi lệnh…"),
        (asked(Op.WATER, CommandState.SENDING, 4), "Đã gửi, chờ máy ở vườn…"),
        (asked(Op.WATER, CommandState.ACCEPTED), "Máy đã nhận, đang mở van…"),
        (asked(Op.WATER, CommandState.RUNNING), "Van đã mở, chờ đồng hồ thấy nước…"),
        (asked(Op.WATER, CommandState.FLOWING), "Nước đang chảy."),
        (asked(Op.PAUSE, CommandState.ACCEPTED), "Đang cho máy nghỉ tưới…"),
        (
            asked(Op.PAUSE, CommandState.DONE, until=NOW + timedelta(days=1)),
            "Máy nghỉ tưới đến 23/11/2026 14:00.",
        ),
        (asked(Op.CLEAR_FAULT, CommandState.DONE), "Đã xóa báo hỏng."),
        (
            asked(Op.CLEAR_FAULT, CommandState.REJECTED, reason="stuck_open"),
            "Lệnh chưa chạy xong. Van không đóng được. Khóa van tổng ngay.",
        ),
        (asked(Op.IDENTIFY, CommandState.DONE), "Máy đang nháy đèn, kêu bíp."),
        (asked(Op.WATER, CommandState.DONE, litres=41.2), "Xong: 41 lít."),
        (asked(Op.WATER, CommandState.DONE, 700, litres=41.2), None),
        (
            asked(Op.WATER, CommandState.EXPIRED),
            "Máy không trả lời kịp. Lệnh không chạy. Bấm lại.",
        ),
        (asked(Op.WATER, CommandState.CANCELLED), "Lệnh đã bị hủy vì có lệnh dừng."),
        (
            asked(Op.WATER, CommandState.FAILED, reason="no_flow"),
            "Lệnh chưa chạy xong. Van mở nhưng không có nước. Kiểm tra máy bơm và khóa tổng.",
        ),
        (
            asked(Op.WATER, CommandState.REJECTED, reason="too_soon"),
            "Lệnh chưa chạy xong. Vừa tưới xong, chờ nước ngấm.",
        ),
        (
            asked(Op.WATER, CommandState.REJECTED, reason="busy"),
            "Lệnh chưa chạy xong. Máy đang làm việc khác. Chờ một lát rồi bấm lại.",
        ),
        (
            asked(Op.WATER, CommandState.REJECTED, reason="of a newer device"),
            "Lệnh chưa chạy xong. Máy ở vườn từ chối lệnh. Gọi tổ hỗ trợ.",
        ),
    ],
)
def test_a_watering_is_told_as_far_as_it_has_come(
    command: CommandFacts, sentence: str | None
) -> None:
    line = status(replace(HEALTHY, asked=command)).command
    assert (say("vi", line) if line else None) == sentence


def test_a_watering_does_not_run_without_contact() -> None:
    line = status(replace(SILENT, asked=WATER)).command
    assert line is not None
    assert say("vi", line) == "Máy ở vườn mất liên lạc. Lệnh không chạy."


def test_a_later_stop_takes_the_place_of_the_watering() -> None:
    stop = asked(Op.STOP, CommandState.SENDING, 0)
    assert status(replace(HEALTHY, asked=WATER, stop=stop)).command is None


@pytest.mark.parametrize(
    ("ahead", "other", "sentence"),
    [
        (
            Ahead(NOW + timedelta(hours=3, minutes=10), Outlook.FORECAST),
            {},
            "Đất đủ ẩm. Khoảng 3 giờ nữa sẽ tưới, lúc 17:10. Tính theo dự báo thời tiết.",
        ),
        (
            Ahead(NOW + timedelta(minutes=20), Outlook.USUAL),
            {},
            "Đất đủ ẩm. Khoảng một giờ nữa sẽ tưới, lúc 14:20. Tính theo những ngày vừa qua.",
        ),
        (
            Ahead(NOW + timedelta(hours=16), Outlook.PROGRAMME),
            {"reason": Reason.OUTSIDE_WINDOW},
            "Chưa đến giờ tưới. Khoảng 16 giờ nữa sẽ tưới, lúc 06:00. Theo giờ đã đặt trong máy.",
        ),
        (
            Ahead(NOW + timedelta(hours=3), Outlook.USUAL),
            {"reason": Reason.PAUSED},
            "Tưới tự động đang tạm nghỉ.",
        ),
        (
            Ahead(ago(minutes=1), Outlook.USUAL),
            {},
            "Đất đủ ẩm. Máy sẽ tưới khi còn 80%.",
        ),
    ],
)
def test_the_next_watering_is_told_with_how_it_is_known(
    ahead: Ahead, other: dict[str, object], sentence: str
) -> None:
    assert advice(with_zone(ahead=ahead, **other)) == sentence
