"""Lots are practised: by the rules of real ones, and without any that anybody could ever meet."""

import re
from uuid import uuid4

from sqlalchemy import Engine

from cloud.lots.models import Lot, LotMove, TradeItem
from cloud.practice.rules import Lesson
from cloud.transparency.models import LogEntry
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Seeded
from tests.cloud.practice.conftest import Playground
from tests.cloud.practice.test_practice import PAGE, begin, contents, stored
from wire.codes import EventKind

LOTS = f"{PAGE}/lo"
TODAY = START.date().isoformat()


def harvest(client: TestClient, kg: str = "12,5", key: str = "", **said: str) -> tuple[int, str]:
    zone = re.findall(r'<option value="(\w+)"', client.get(LOTS).text)[0]
    form = {"zone": zone, "product": "Dưa lưới", "kg": kg, "harvested_on": TODAY}
    answer = client.post(LOTS, data={**form, "key": key or str(uuid4()), **said})
    return answer.status_code, str(answer.text)


def code_of(page: str) -> str:
    return str(re.findall(r'name="lot" value="([^"]+)"', page)[0])


def test_a_harvest_becomes_a_marked_lot_and_nothing_real(
    as_farmer: TestClient, engine: Engine, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    playground.tell(EventKind.BOOT)
    as_farmer.post(f"{PAGE}/bai", data={"lesson": "lots"})
    assert f'href="{LOTS}"' in as_farmer.get(PAGE).text
    before = contents(engine)
    _status, page = harvest(as_farmer)
    lot = code_of(page)
    assert lot == f"{START:%Y%m%d}-Z1-01"
    assert "12,5 kg" in page
    assert page.count("MẪU") == 2, "the page, and each lot on it"
    playground.look()
    assert "Ghi hao hụt" in as_farmer.get("/vuon").text
    page = as_farmer.post(f"{LOTS}/hao", data={"lot": lot, "kg": "0,5"}).text
    assert "12 kg" in page
    playground.look()
    assert [one.lesson for one in playground.learnt()] == [Lesson.LOTS]
    assert contents(engine) == before
    tables = (Lot, LotMove, TradeItem, LogEntry)
    assert [stored(engine, table) for table in tables] == [[], [], [], []]
    as_farmer.post(f"{PAGE}/thoi")
    playground.look()
    assert playground.stand().lots is None, "the next one finds none"


def test_the_same_harvest_sent_again_is_one_lot(
    as_farmer: TestClient, playground: Playground
) -> None:
    begin(as_farmer)
    key = str(uuid4())
    for _twice in range(2):
        harvest(as_farmer, key=key)
    assert len(playground.stand().lots or ()) == 1
    harvest(as_farmer)
    assert [one["code"] for one in playground.stand().lots or ()] == [
        f"{START:%Y%m%d}-Z1-01",
        f"{START:%Y%m%d}-Z1-02",
    ]


def test_days_without_harvest_hold_here_too(as_farmer: TestClient, playground: Playground) -> None:
    begin(as_farmer)
    form = as_farmer.get("/nhat-ky/ghi").text
    zone = re.findall(r'name="zone" value="(\w+)"', form)[0]
    sprayed = {"work": "spray", "day": TODAY, "product": "Thuốc thử", "phi_days": "3"}
    as_farmer.post("/nhat-ky", data={**sprayed, "zone": zone, "key": str(uuid4())})
    status, page = harvest(as_farmer)
    assert status == 409
    assert "Thuốc còn cách ly." in page
    assert harvest(as_farmer, harvested_on="2020-01-01")[0] == 409
    assert playground.stand().lots is None


def test_no_more_is_lost_than_there_is(as_farmer: TestClient, playground: Playground) -> None:
    begin(as_farmer)
    lot = code_of(harvest(as_farmer)[1])
    answer = as_farmer.post(f"{LOTS}/hao", data={"lot": lot, "kg": "13"})
    assert answer.status_code == 409
    assert "Lô không còn nhiều như vậy." in answer.text
    assert playground.stand().wrong == 1
    assert as_farmer.post(f"{LOTS}/hao", data={"lot": "no", "kg": "1"}).status_code == 404


def test_nobody_harvests_here_of_a_real_zone_or_without_practising(
    as_farmer: TestClient, seeded: Seeded, playground: Playground
) -> None:
    form = {"zone": seeded.zones[0].public_id, "product": "Dưa lưới", "kg": "1"}
    form |= {"harvested_on": TODAY, "key": str(uuid4())}
    assert as_farmer.post(LOTS, data=form).status_code == 409
    assert as_farmer.get(LOTS).status_code == 409
    assert as_farmer.post(f"{LOTS}/hao", data={"lot": "a", "kg": "1"}).status_code == 409
    begin(as_farmer)
    assert as_farmer.post(LOTS, data=form).status_code == 404
    assert playground.stand().lots is None
