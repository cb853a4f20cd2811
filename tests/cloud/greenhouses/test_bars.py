"""Water by the day: what is compared with what, and that silence is no drought."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cloud.greenhouses.bars import water_bars
from cloud.greenhouses.curve import WEEK, Curve, Past, Span, midnight
from cloud.i18n import TIME_ZONE
from cloud.telemetry.past import Bucket
from wire.codes import Metric

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=TIME_ZONE)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def bucket(at: datetime, litres: float) -> Bucket:
    return Bucket(at, 0.0, 0.0, 0.0, litres)


def past(days: Sequence[float | None], span: Span = Span.WEEK, begun: float = 0.0) -> Past:
    """Litres of the days up to today; `begun` came on the day a week ago before this hour."""
    today = midnight(NOW)
    first = today - (len(days) - 1) * DAY
    told = [bucket(first + n * DAY, one) for n, one in enumerate(days) if one is not None]
    hours = [bucket(today - WEEK + 6 * HOUR, begun), bucket(today - WEEK + 18 * HOUR, 99.0)]
    start = NOW - WEEK if span is Span.WEEK else first
    return Past(span, start, NOW, {Metric.LITRES: told}, {Metric.LITRES: hours})


def drawn(shown: Past, language: str = "vi") -> Curve:
    found = water_bars(language, "Khu 1", shown)
    assert found
    return found


def test_a_week_is_compared_with_the_week_before_up_to_the_same_hour() -> None:
    told = drawn(past([50.0] * 6 + [99.0] + [46.0] * 7, begun=10.0))
    assert told.sentence == "7 ngày qua tưới 322 lít, nhiều hơn 7 ngày trước đó 12 lít."
    told = drawn(past([60.0] * 6 + [99.0] + [46.0] * 7, begun=2.0))
    assert told.sentence == "7 ngày qua tưới 322 lít, ít hơn 7 ngày trước đó 40 lít."
    assert told.rows[0] == ("30/11/2026", "46 lít")
    assert len(told.rows) == 7


def test_the_same_is_said_to_be_the_same() -> None:
    told = drawn(past([46.0] * 14, begun=46.0), "en")
    assert told.sentence == "The last 7 days took 322 L, as much as the 7 days before."


def test_nothing_is_compared_with_days_nobody_heard_of() -> None:
    told = drawn(past([None] + [46.0] * 13, begun=46.0))
    assert told.sentence == "7 ngày qua tưới 322 lít."


def test_a_day_of_silence_is_said_and_is_no_dry_day() -> None:
    told = drawn(past([46.0] * 10 + [None, 0.0, 46.0, 46.0]))
    assert told.sentence == "7 ngày qua tưới 230 lít. Thiếu số liệu 1 ngày."
    water = [row[1] for row in told.rows]
    assert water == ["46 lít", "46 lít", "0 lít", "–", "46 lít", "46 lít", "46 lít"]
    assert told.svg.count("v-") == 6


def test_today_may_only_not_be_counted_yet() -> None:
    assert drawn(past([46.0] * 13 + [None])).sentence == "7 ngày qua tưới 276 lít."


def test_a_season_tells_its_whole_water_too() -> None:
    told = drawn(past([10.0] * 30, Span.SEASON, begun=5.0))
    assert told.sentence.startswith("Cả vụ tưới 300 lít. 7 ngày qua tưới 70 lít, nhiều hơn")
    assert told.svg.count("v-") == 30


def test_years_are_drawn_as_litres_a_day_in_as_many_bars_as_can_be_seen() -> None:
    told = drawn(past([10.0] * 1_000, Span.SEASON))
    assert told.svg.count("v-") == 143
    assert ">10</text>" in told.svg


def test_where_no_water_was_told_of_nothing_is_drawn() -> None:
    assert water_bars("vi", "Khu 1", past([None] * 14)) is None
    assert water_bars("vi", "Khu 1", past([46.0] * 7 + [None] * 7)) is None
