"""A zone's week and season: drawn from what is rolled up, long after the samples are gone."""

import gzip
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from cloud.clock import unix_ms
from cloud.db import writing
from cloud.telemetry import retention, rollups, store
from cloud.telemetry.keep import Keep
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import Sender

KEEP = Keep(14, 90, 730)
MOST_OCTETS = 8_000  # compressed; sheet and script are 7 kB more
MOST_ROLLED = 3  # the card's two days of litres, the days, and the hours
DAYS = 20


@pytest.fixture
def grown(engine: Engine, seeded: Seeded, clock: FixedClock) -> None:
    """Twenty days of hourly rows, all but the last fourteen days of them packed.

    The air grows warmer by a degree a day, up to midday and down again.
    """
    me, start = Sender(seeded.device.id), unix_ms(clock.now())
    rows = [
        (
            me.device,
            me.sample("z1", fill=0.9 if hour != 30 else 0.4, litres=0.5).model_copy(
                update={"t": start + hour * 3_600_000}
            ),
        )
        for hour in range(24 * DAYS)
    ]
    rows += [
        (
            me.device,
            me.sample(None, air_c=30.0 + hour // 24 - abs(12 - hour % 24) / 2).model_copy(
                update={"t": start + hour * 3_600_000}
            ),
        )
        for hour in range(24 * DAYS)
    ]
    with Session(writing(engine)) as session, session.begin():
        store.insert_samples(session, rows)
        rollups.mark(session, rows)
    clock.advance(days=DAYS)
    rollups.work(engine, clock.now(), KEEP)
    retention.tidy(engine, clock.now(), KEEP)


@pytest.fixture
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements sent to the database."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def page(client: TestClient, seeded: Seeded, span: str) -> str:
    answer = client.get(f"/vuon/khu/{seeded.zones[0].public_id}?ky={span}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.usefixtures("grown")
def test_a_season_reaches_back_to_its_planting(as_farmer: TestClient, seeded: Seeded) -> None:
    text = page(as_farmer, seeded, "vu")
    assert "Khu 1: độ ẩm cả vụ" in text
    assert "Khô nhất ngày 03/03 (40%)." in text
    assert "Cả vụ tưới 240 lít. 7 ngày qua tưới" in text
    assert text.count("<tr><td>") >= DAYS


@pytest.mark.usefixtures("grown")
def test_a_week_holds_seven_days(as_farmer: TestClient, seeded: Seeded) -> None:
    text = page(as_farmer, seeded, "tuan")
    assert "Khu 1: độ ẩm 7 ngày qua" in text
    assert "(90%)" in text


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize("span", ["tuan", "vu"])
def test_a_week_and_a_season_tell_warmth_and_water(
    span: str, as_farmer: TestClient, seeded: Seeded
) -> None:
    text = page(as_farmer, seeded, span)
    assert "Nóng nhất ngày 21/03 (49°C)." in text
    assert "Lạnh nhất ngày" in text
    assert "7 ngày qua tưới 76 lít, bằng 7 ngày trước đó." in text
    assert text.count('<svg class="chart') == 3
    assert "Thiếu số liệu" not in text


@pytest.mark.usefixtures("grown")
def test_charts_speak_english_and_are_light(as_farmer: TestClient, seeded: Seeded) -> None:
    path = f"/vuon/khu/{seeded.zones[0].public_id}?ky=vu&lang=en"
    text = as_farmer.get(path).text
    assert "Hottest on 21/03 (49°C)." in text
    assert "litres a day" in text
    assert len(gzip.compress(text.encode())) < MOST_OCTETS


@pytest.mark.usefixtures("grown")
def test_a_season_is_not_drawn_from_samples(
    as_farmer: TestClient, seeded: Seeded, asked: list[str]
) -> None:
    page(as_farmer, seeded, "vu")
    drawn = [one for one in asked if "FROM rollup" in one.replace("\n", "")]
    assert len([one for one in drawn if "rollup_due" not in one]) <= MOST_ROLLED


def test_the_database_is_asked_no_more_for_more_days(
    request: pytest.FixtureRequest, as_farmer: TestClient, seeded: Seeded, asked: list[str]
) -> None:
    def count(span: str) -> int:
        asked.clear()
        page(as_farmer, seeded, span)
        return len(asked)

    spans = ("ngay", "tuan", "vu")
    count("vu")
    bare = [count(span) for span in spans]
    request.getfixturevalue("grown")
    count("vu")  # the first one of a day tells that this browser is still in use
    assert [count(span) for span in spans] == bare


def test_where_nothing_was_measured_a_page_says_so(as_farmer: TestClient, seeded: Seeded) -> None:
    for span in ("ngay", "tuan", "vu"):
        assert "Chưa có số liệu để vẽ." in page(as_farmer, seeded, span)


@pytest.mark.usefixtures("grown")
def test_the_tab_that_is_open_is_told(as_farmer: TestClient, seeded: Seeded) -> None:
    text = page(as_farmer, seeded, "tuan")
    assert '<a href="?ky=tuan#do-am" aria-current="true">7 ngày</a>' in text
    assert "lich-su?ky=tuan" in text


def test_a_span_that_there_is_not_is_malformed(as_farmer: TestClient, seeded: Seeded) -> None:
    answer = as_farmer.get(f"/vuon/khu/{seeded.zones[0].public_id}?ky=doi")
    assert answer.status_code == 422


@pytest.mark.usefixtures("grown")
def test_a_week_long_after_the_last_word_draws_nothing_old(
    as_farmer: TestClient, seeded: Seeded, clock: FixedClock
) -> None:
    clock.advance(days=7, hours=2)
    assert "Chưa có số liệu để vẽ." in page(as_farmer, seeded, "tuan")
