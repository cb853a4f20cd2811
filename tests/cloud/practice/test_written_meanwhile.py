"""Entries of the real diary that arrive while their browser is on a practice greenhouse."""

from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing
from cloud.diary.models import DiaryEntry
from cloud.members import service as members
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Seeded
from tests.cloud.practice.conftest import Playground
from tests.cloud.practice.test_practice import FRAME, PAGE, LogIn, begin, stored


def _entry(zone: str, note: str = "bón thúc") -> dict[str, str]:
    day = START.date().isoformat()
    return {"work": "feed", "day": day, "note": note, "zone": zone, "key": str(uuid4())}


def test_what_waited_for_the_line_is_noted_where_it_was_done_though_its_browser_practises(
    as_farmer: TestClient, seeded: Seeded, engine: Engine, playground: Playground
) -> None:
    begin(as_farmer)
    zone = seeded.zones[0]
    said = _entry(zone.public_id)
    sent = {as_farmer.post("/api/v1/diary", data=said).status_code for _twice in range(2)}
    assert sent == {201}
    (entry,) = stored(engine, DiaryEntry)
    assert (entry.cooperative_id, entry.zone_id) == (seeded.cooperative.id, zone.id)
    assert FRAME in as_farmer.get("/vuon").text, "and practising goes on"
    assert "bón thúc" not in as_farmer.get("/nhat-ky").text
    as_farmer.post(f"{PAGE}/thoi")
    playground.look()
    assert "bón thúc" in as_farmer.get("/nhat-ky").text


def test_a_form_of_the_real_diary_leads_back_to_it(
    as_farmer: TestClient, seeded: Seeded, playground: Playground
) -> None:
    begin(as_farmer)
    answer = as_farmer.post("/nhat-ky", data=_entry(seeded.zones[0].public_id))
    assert "bón thúc" in answer.text
    assert FRAME not in answer.text
    assert playground.stand().learner_id is not None, "until somebody has taken it down"


def test_nobody_writes_into_a_diary_of_others_by_practising(
    as_neighbour: TestClient, seeded: Seeded, engine: Engine, playground: Playground
) -> None:
    begin(as_neighbour)
    said = _entry(seeded.zones[0].public_id)
    assert as_neighbour.post("/api/v1/diary", data=said).status_code == 404
    assert stored(engine, DiaryEntry) == []
    assert playground.stand().until is not None


def test_who_writes_no_real_diary_writes_none_by_practising(
    log_in: LogIn, seeded: Seeded, engine: Engine, playground: Playground
) -> None:
    with Session(writing(engine)) as session, session.begin():
        farmer = seeded.farmer.account.public_id
        members.change_role(session, seeded.manager.principal, farmer, Role.PACKER, START)
    as_packer = log_in(seeded.farmer)
    begin(as_packer)
    said = _entry(seeded.zones[0].public_id)
    assert as_packer.post("/api/v1/diary", data=said).status_code == 403
    assert stored(engine, DiaryEntry) == []
    assert playground.stand().until is not None


@pytest.mark.parametrize(("act", "shown"), [("correct", "bón lót"), ("strike", "bón thúc")])
def test_an_entry_of_the_real_diary_is_put_right_by_a_page_of_before(
    act: str,
    shown: str,
    as_farmer: TestClient,
    seeded: Seeded,
    engine: Engine,
    playground: Playground,
) -> None:
    written = as_farmer.post("/api/v1/diary", data=_entry(seeded.zones[0].public_id)).json()
    begin(as_farmer)
    answer = as_farmer.post(f"/nhat-ky/{written['id']}", data=_correction(act))
    assert answer.status_code == 200
    assert shown in answer.text
    assert FRAME not in answer.text
    before, after = stored(engine, DiaryEntry)
    assert (after.corrects_id, after.struck) == (before.id, act == "strike")
    assert after.cooperative_id == seeded.cooperative.id
    assert playground.stand().learner_id is not None, "until somebody has taken it down"


def test_nobody_puts_an_entry_of_others_right_by_practising(
    as_farmer: TestClient,
    as_neighbour: TestClient,
    seeded: Seeded,
    engine: Engine,
    playground: Playground,
) -> None:
    written = as_farmer.post("/api/v1/diary", data=_entry(seeded.zones[0].public_id)).json()
    begin(as_neighbour)
    answer = as_neighbour.post(f"/nhat-ky/{written['id']}", data=_correction("strike"))
    assert answer.status_code == 404
    assert len(stored(engine, DiaryEntry)) == 1
    assert playground.stand().until is not None


def _correction(act: str) -> dict[str, str]:
    day = START.date().isoformat()
    return {"act": act, "work": "feed", "day": day, "note": "bón lót", "key": str(uuid4())}
