"""The farmer's pages: what they show, what their forms ask for, whom they let in."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from cloud.cooperatives import service as cooperatives
from cloud.devices.models import Command
from cloud.i18n import clock_time
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind, Op

MAX_QUERIES = 20  # of the whole home page with two zones, login, chart and alerts included


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="(\w+)"', page)
    assert found
    return found[1]


def commands(engine: Engine) -> list[Command]:
    with Session(engine) as session:
        return list(session.exec(select(Command)))


def test_home_answers_the_first_questions(garden: Garden, as_farmer: TestClient) -> None:
    garden.day([0.9] * 10, litres=12.0)
    garden.day([0.9] * 10, zone=2, litres=1.0)
    page = as_farmer.get("/vuon").text
    for words in ("Mọi thứ ổn", "Nước đang tắt", "Vừa đủ", "DỪNG NƯỚC", "Tưới ngay", "VƯỜN GIẢ"):
        assert words in page
    assert "Trực tuyến" in page  # hidden by style until the server has spoken


def test_home_of_a_silent_greenhouse_claims_nothing(
    garden: Garden, as_farmer: TestClient, clock: FixedClock
) -> None:
    garden.sample(fill=0.9)
    clock.advance(minutes=6)
    page = as_farmer.get("/vuon").text
    assert "Mất liên lạc" in page
    assert "Không rõ nước đang chảy hay tắt" in page


def test_home_speaks_english(garden: Garden, as_farmer: TestClient) -> None:
    garden.sample(fill=0.9)
    garden.sample(zone=2, fill=0.9)
    page = as_farmer.get("/vuon?lang=en").text
    assert '<html lang="en">' in page
    assert "All is well" in page
    assert "ổn" not in page


def test_zone_page_lists_waterings_with_litres_and_cause(
    garden: Garden, as_farmer: TestClient
) -> None:
    garden.sample(fill=0.7)
    garden.event(EventKind.DOSE_STARTED, ago_s=900, cause="auto")
    garden.event(EventKind.DOSE_ENDED, ago_s=300, cause="auto", ended="stopped", litres=41.4)
    page = as_farmer.get(garden.zone_path).text
    assert "41 lít" in page
    assert "Máy tự tưới · Bị dừng" in page
    assert "Hơi khô" in page


def test_water_is_offered_with_its_litres(garden: Garden, as_farmer: TestClient) -> None:
    page = as_farmer.get(garden.zone_path).text
    offered = re.findall(r'value="(\d+)"><span>(\d+) phút <small>≈ (\d+) lít', page)
    assert offered == [("5", "5", "25"), ("8", "8", "40"), ("10", "10", "50")]


def test_a_zone_without_device_offers_no_water(
    garden: Garden, as_farmer: TestClient, engine: Engine
) -> None:
    garden.birth(max_lease_s=30.0)
    assert "Khu này chưa có máy nào nối vào." in as_farmer.get(garden.zone_path).text
    assert commands(engine) == []


def test_water_form_asks_once_however_often_it_is_sent(
    garden: Garden, as_farmer: TestClient, engine: Engine
) -> None:
    page = as_farmer.get(garden.zone_path)
    form = {"key": key_of(page.text) + "w", "minutes": "8"}
    for _tap in range(2):
        answer = as_farmer.post(f"{garden.zone_path}/tuoi", data=form)
        assert "Đang gửi lệnh…" in answer.text
    (command,) = commands(engine)
    assert (command.op, command.max_s) == (Op.WATER, 480.0)


@pytest.mark.parametrize("minutes", ["0", "61", "x", "-5"])
def test_odd_amounts_are_refused(
    minutes: str, garden: Garden, as_farmer: TestClient, engine: Engine
) -> None:
    answer = as_farmer.post(f"{garden.zone_path}/tuoi", data={"key": "k" * 10, "minutes": minutes})
    assert answer.status_code == 422
    assert commands(engine) == []


def test_stop_is_pending_until_the_device_has_said_so(
    garden: Garden, as_farmer: TestClient, engine: Engine
) -> None:
    garden.sample(fill=0.9)
    form = {"key": "stop-once-1", "back": garden.path}
    page = as_farmer.post(f"{garden.path}/dung", data=form)
    assert page.url.path == garden.path
    assert "Đang dừng…" in page.text
    assert "Đã dừng. Van đóng." not in page.text
    (command,) = commands(engine)
    garden.event(EventKind.MODE, state="hold")
    garden.event(EventKind.STOPPED, zone=None, n=command.stop_number)
    page = as_farmer.get(garden.path)
    assert "Đã dừng. Van đóng." in page.text
    assert re.search(r'data-k="resume"\s+data-sending', page.text)


def test_resume_asks_the_device(garden: Garden, as_farmer: TestClient, engine: Engine) -> None:
    form = {"key": "resume-once", "back": garden.path}
    as_farmer.post(f"{garden.path}/tiep-tuc", data=form)
    assert [command.op for command in commands(engine)] == [Op.RESUME]


def test_a_form_leads_back_to_our_own_pages_only(garden: Garden, as_farmer: TestClient) -> None:
    form = {"key": "stop-once-1", "back": "//evil.example/"}
    answer = as_farmer.post(f"{garden.path}/dung", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/vuon"


def test_curve_alone(garden: Garden, as_farmer: TestClient) -> None:
    garden.day([0.9, 0.8, 0.85])
    page = as_farmer.get(f"{garden.zone_path}/bieu-do").text
    assert page.startswith("<h2>Khu 1: độ ẩm 24 giờ qua</h2>")
    assert "Khô nhất lúc" in page
    assert "(80%). Bây giờ 85%." in page


def test_a_day_tells_how_warm_it_was(garden: Garden, as_farmer: TestClient) -> None:
    path = garden.zone_path
    assert "Nhiệt độ 24 giờ qua" not in as_farmer.get(path).text, "nothing measures it"
    garden.sample(zone=None, ago_s=7200, air_c=21.4)
    garden.sample(zone=None, ago_s=3600, air_c=35.6)
    garden.sample(zone=None, ago_s=60, air_c=30.0)
    page = as_farmer.get(path).text
    hot, cold = (garden.clock.now() - timedelta(hours=n) for n in (1, 2))
    said = f"Nóng nhất lúc {clock_time(hot)} (36°C). Lạnh nhất lúc {clock_time(cold)} (21°C)."
    assert said in page
    assert '<svg class="chart warm"' in page
    assert "Chưa có số liệu để vẽ." not in page


def test_a_silence_is_a_hole_in_the_warmth_too(garden: Garden, as_farmer: TestClient) -> None:
    for ago_s in (7300, 7200, 100, 0):
        garden.sample(zone=None, ago_s=ago_s, air_c=25.0)
    page = as_farmer.get(garden.zone_path).text
    line = re.search(r'class="line" d="([^"]+)"', page)
    assert line
    assert line[1].count("M") == 2


def test_waterings_alone_for_a_page_that_stays_open(garden: Garden, as_farmer: TestClient) -> None:
    garden.event(EventKind.DOSE_STARTED, ago_s=60, cause="manual")
    page = as_farmer.get(f"{garden.zone_path}/lich-su").text
    assert "<html" not in page
    assert "…</td>" in page
    assert "Người bấm · đang tưới" in page


def test_snapshot_is_not_sent_twice(garden: Garden, as_farmer: TestClient) -> None:
    garden.sample(fill=0.9)
    first = as_farmer.get(f"{garden.path}/trang-thai")
    assert first.json()["k"]["water"]["text"] == "Nước đang tắt"
    assert len(first.content) < 3_000
    tag = {"If-None-Match": first.headers["ETag"]}
    assert as_farmer.get(f"{garden.path}/trang-thai", headers=tag).status_code == 304
    garden.sample(fill=0.7)
    assert as_farmer.get(f"{garden.path}/trang-thai", headers=tag).status_code == 200


@pytest.mark.parametrize("page", ["", "/trang-thai", "/live"])
def test_another_cooperative_sees_nothing(
    page: str, garden: Garden, as_neighbour: TestClient
) -> None:
    assert as_neighbour.get(f"{garden.path}{page}").status_code == 404


def test_another_cooperative_stops_nothing(
    garden: Garden, as_neighbour: TestClient, engine: Engine
) -> None:
    form = {"key": "stop-once-1"}
    assert as_neighbour.post(f"{garden.path}/dung", data=form).status_code == 404
    assert as_neighbour.get(garden.zone_path).status_code == 404
    assert commands(engine) == []


def test_without_login_the_way_leads_to_the_door(garden: Garden, client: TestClient) -> None:
    answer = client.get(garden.path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/dang-nhap?tiep={garden.path}",
    )
    assert client.get(f"{garden.path}/live", follow_redirects=False).status_code == 303


def test_no_greenhouse_is_said_plainly(as_neighbour: TestClient) -> None:
    assert "Chưa có nhà kính nào." in as_neighbour.get("/vuon").text


def test_of_several_greenhouses_the_worst_stands_first(
    garden: Garden, as_farmer: TestClient, engine: Engine
) -> None:
    garden.sample(fill=0.9)
    garden.sample(zone=2, fill=0.9)
    with Session(engine) as session, session.begin():
        cooperatives.add_greenhouse(session, garden.seeded.farm, "Nhà 2", garden.clock.now())
    page = as_farmer.get("/vuon").text
    assert page.index("Nhà 2 · Mất liên lạc") < page.index("Nhà màng 1 · Mọi thứ ổn")
    assert "Vườn chưa có khu nào" not in page
    assert as_farmer.get(garden.path).status_code == 200


def test_home_asks_the_database_little(
    garden: Garden, as_farmer: TestClient, count_queries: Callable[[], int]
) -> None:
    garden.day([0.9] * 20)
    before = count_queries()
    as_farmer.get("/vuon")
    assert count_queries() - before <= MAX_QUERIES


@pytest.fixture
def count_queries(engine: Engine) -> Callable[[], int]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return lambda: len(seen)
