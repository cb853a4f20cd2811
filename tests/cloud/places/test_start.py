"""From an empty database to a cooperative that knows its places, without demonstration data."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.accounts.models import Account
from cloud.audit import service as audit
from cloud.audit.models import AuditEntry
from cloud.cooperatives.models import Cooperative, Membership
from cloud.db import writing
from cloud.members import service as members
from cloud.members.service import FOUNDING_LIFE, HasManager
from cloud.places.rules import Known, Step, next_step
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock

NOTHING = Known(address=False, farms=0, greenhouses=0, zones=0, others=0, devices=0)
JOIN = {"phone": "0912345678", "password": "mưa xuân về", "agreed": "yes"}
START = "/htx/bat-dau"


def found(engine: Engine, clock: FixedClock, cooperative: str = "HTX Mới") -> str:
    with Session(writing(engine)) as session, session.begin():
        return members.found(session, cooperative, "Chị Hai", clock.now())


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    return TestClient(app, headers={"Origin": "http://testserver"})


def join(browser: TestClient, token: str) -> int:
    return browser.post(f"/loi-moi/{token}", data=JOIN, follow_redirects=False).status_code


def test_the_first_manager_comes_by_the_operator_s_link(
    browser: TestClient, engine: Engine, clock: FixedClock
) -> None:
    token = found(engine, clock)
    assert "Chị Hai" in browser.get(f"/loi-moi/{token}").text
    assert join(browser, token) == 303
    assert browser.get("/htx/thanh-vien").status_code == 200
    with Session(engine) as session:
        assert session.exec(select(Membership.role)).one() is Role.MANAGER
        entries = [(one.action, one.actor_id) for one in session.exec(select(AuditEntry))]
        assert entries[:2] == [("cooperative.founded", None), ("member.invited", None)]
        assert audit.breaks(session) == []


def test_the_link_works_once_and_for_a_day(
    app: FastAPI, browser: TestClient, engine: Engine, clock: FixedClock
) -> None:
    late = found(engine, clock)
    clock.advance(seconds=FOUNDING_LIFE.total_seconds())
    assert join(browser, late) == 410
    token = found(engine, clock)
    assert join(browser, token) == 303
    other = TestClient(app, headers={"Origin": "http://testserver"})
    assert join(other, token) == 410
    with Session(engine) as session:
        assert len(session.exec(select(Account)).all()) == 1


def test_no_token_stands_in_the_database(engine: Engine, clock: FixedClock) -> None:
    token = found(engine, clock)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM invitation").all()
    assert token not in repr(rows)
    assert len(rows) == 1


def test_a_lost_link_is_replaced_and_worth_nothing(
    browser: TestClient, engine: Engine, clock: FixedClock
) -> None:
    lost, token = found(engine, clock), found(engine, clock)
    assert join(browser, lost) == 410
    assert join(browser, token) == 303
    with Session(engine) as session:
        assert len(session.exec(select(Cooperative)).all()) == 1


def test_nobody_comes_in_past_the_managers(
    browser: TestClient, engine: Engine, clock: FixedClock
) -> None:
    join(browser, found(engine, clock))
    with pytest.raises(HasManager):
        found(engine, clock)
    assert found(engine, clock, "HTX Khác")


@pytest.mark.parametrize(
    ("known", "step"),
    [
        (NOTHING, Step.COOPERATIVE),
        (replace(NOTHING, address=True), Step.FARM),
        (replace(NOTHING, address=True, farms=1), Step.GREENHOUSE),
        (replace(NOTHING, address=True, farms=1, greenhouses=1), Step.ZONE),
        (replace(NOTHING, address=True, farms=1, greenhouses=1, zones=1), Step.FARMER),
        (replace(NOTHING, address=True, farms=1, greenhouses=1, zones=1, others=1), Step.DEVICE),
        (Known(address=True, farms=1, greenhouses=1, zones=1, others=1, devices=1), Step.DONE),
    ],
)
def test_the_next_question_is_the_first_without_an_answer(known: Known, step: Step) -> None:
    assert next_step(known, manages=True) is step


def test_whoever_acts_for_a_manager_is_asked_of_places_alone() -> None:
    asked = {
        next_step(replace(NOTHING, farms=farms, greenhouses=houses, zones=zones), manages=False)
        for farms, houses, zones in ((0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1))
    }
    assert asked == {Step.FARM, Step.GREENHOUSE, Step.ZONE, Step.DEVICE}


def test_what_is_put_off_is_not_asked_and_what_it_needs_is() -> None:
    later, places = (Step.FARMER, Step.DEVICE), replace(NOTHING, address=True, farms=1)
    ready = replace(places, greenhouses=1, zones=1)
    assert next_step(places, manages=True, put_off=later) is Step.GREENHOUSE
    assert next_step(ready, manages=True, put_off=later[:1]) is Step.DEVICE
    assert next_step(ready, manages=True, put_off=later) is Step.DONE


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the only form of a page goes, and what stands in it before anybody types."""
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    (form,) = re.findall(r"<form.*?</form>", main, re.DOTALL)
    (action,) = re.findall(r'action="([^"]+)"', form)
    fields = re.findall(r'name="(\w+)" (?:type="date" )?value="([^"]*)"', form)
    return action, dict(fields)


def test_the_questions_lead_from_nothing_to_the_first_farmer(
    browser: TestClient, engine: Engine, clock: FixedClock
) -> None:
    """Each page is filled with what it shows and what only a person knows."""
    join(browser, found(engine, clock))
    assert START in browser.get("/vuon").text
    assert "Bước 1 trên 6" in browser.get(START).text
    typed = {"address": "Thôn 1, xã Mới", "phone": "0262 3 812 345", "crop": "Dưa lưới"}
    typed |= {"plants": "200"}
    asked = []
    for _ in range(4):
        action, shown = form_of(browser.get(START).text)
        needed = {name: typed.get(name) or value for name, value in shown.items()}
        needed["name"] = needed["name"] or "Nhà cô Ba"
        answer = browser.post(action, data=needed, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, START), action
        asked.append(action.rsplit("/", 1)[1])
    assert asked == ["hop-tac-xa", "trang-trai", "nha", "khu"]
    action, _shown = form_of(browser.get(START).text)
    invited = browser.post(action, data={"name": "Chú Sáu"})
    assert "/loi-moi/" in invited.text
    asks_for_the_box = browser.get(START).text
    assert "Bước 6 trên 6" in asks_for_the_box
    assert form_of(asks_for_the_box)[0].endswith("/may")
    assert "Khai xong rồi" in browser.get(f"{START}/xong").text


def test_who_waters_alone_may_leave_the_last_question_out(
    as_manager: TestClient, browser: TestClient, engine: Engine, clock: FixedClock
) -> None:
    assert "Máy đã nối" in as_manager.get(START).text, "a farmer and a device are there"
    join(browser, found(engine, clock))
    for later in (f"{START}/may", f"{START}/xong"):
        assert "Bước 1 trên 6" in browser.get(later).text, "places cannot be put off"
