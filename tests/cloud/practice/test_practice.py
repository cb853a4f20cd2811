"""Practising: the same pages on a greenhouse of one's own that is not there, for half an hour."""

import re
from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

from cloud.accounts.models import Account
from cloud.audit import service as audit
from cloud.db import writing
from cloud.devices.models import Command, Device
from cloud.diary.models import DiaryEntry
from cloud.growing.models import DesiredSettings, ZoneWish
from cloud.kept import NOBODY
from cloud.practice.models import Training, TrainingTotal
from cloud.practice.rules import LASTS, Lesson
from cloud.tables import METADATA
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Member, Seeded
from tests.cloud.help.conftest import Pair, helper, pair
from tests.cloud.practice.conftest import Playground, is_alive
from wire.codes import EventKind, Op

__all__ = ["helper", "pair"]

PAGE = "/tap-thu"
FRAME = 'action="/tap-thu/thoi"'
LogIn = Callable[[Member], TestClient]
T = TypeVar("T", bound=SQLModel)

WATER_LESSON = (EventKind.COMMAND_FLOWING, EventKind.STOPPED, EventKind.RESUMED)
VALVE_LESSON = (EventKind.FAULT, EventKind.FAULT_CLEARED, EventKind.COMMAND_FLOWING)


def begin(client: TestClient) -> str:
    answer = client.post(PAGE)
    assert answer.status_code == 200, answer.text
    return str(client.get("/vuon").text)


def test_the_same_pages_show_another_greenhouse_in_its_frame(
    as_farmer: TestClient, seeded: Seeded, playground: Playground
) -> None:
    before = as_farmer.get("/vuon").text
    assert seeded.greenhouse.name in before
    assert FRAME not in before
    practised = begin(as_farmer)
    assert FRAME in practised
    assert seeded.greenhouse.name not in practised
    for address in (
        f"/vuon/{seeded.greenhouse.public_id}",
        f"/vuon/khu/{seeded.zones[0].public_id}",
    ):
        assert as_farmer.get(address).status_code == 404
    assert playground.stand().learner_id == seeded.farmer.account.id


def test_a_telephone_keeps_neither_garden_where_the_other_was(
    as_farmer: TestClient, playground: Playground
) -> None:
    owner = as_farmer.get("/vuon").headers["kept-by"]
    assert owner != NOBODY
    begin(as_farmer)
    assert as_farmer.get("/vuon").headers["kept-by"] == NOBODY
    as_farmer.post(f"{PAGE}/thoi")
    assert as_farmer.get("/vuon").headers["kept-by"] == owner
    assert playground.stand().until is not None


def test_nothing_else_of_one_s_own_opens_meanwhile(
    as_manager: TestClient, playground: Playground
) -> None:
    begin(as_manager)
    shut = (
        "/tai-khoan",
        "/htx/lo",
        "/htx/don",
        "/htx/thanh-vien",
        "/htx/san-pham",
        "/htx/tap-huan",
    )
    assert {as_manager.get(path).status_code for path in shut} == {403}
    as_manager.post(f"{PAGE}/thoi")
    assert {as_manager.get(path).status_code for path in shut} == {200}
    assert playground.stand().until is not None


def test_a_stop_from_a_page_of_the_real_garden_stops_the_real_water(
    as_farmer: TestClient, seeded: Seeded, session: Session, playground: Playground
) -> None:
    address = f"/vuon/{seeded.greenhouse.public_id}/dung"
    begin(as_farmer)
    answer = as_farmer.post(address, data={"key": "tab-opened-before"})
    assert FRAME not in answer.text, "and the real garden is what they see then"
    (stop,) = session.exec(select(Command)).all()
    assert (stop.op, stop.device_id) == (Op.STOP, seeded.device.id)
    assert stop.cooperative_id == seeded.cooperative.id
    assert playground.stand().learner_id is not None, "until somebody has taken it down"


def test_a_stop_of_everything_is_one_of_the_real_gardens(
    as_farmer: TestClient, seeded: Seeded, session: Session, playground: Playground
) -> None:
    begin(as_farmer)
    answer = as_farmer.post("/vuon/dung", data={"key": "list-opened-before"})
    assert FRAME not in answer.text
    (stop,) = session.exec(select(Command)).all()
    assert (stop.op, stop.device_id) == (Op.STOP, seeded.device.id)
    assert playground.stand().learner_id is not None


def test_a_stop_of_somebody_else_s_garden_is_still_not_there(
    as_neighbour: TestClient, seeded: Seeded, session: Session, playground: Playground
) -> None:
    begin(as_neighbour)
    address = f"/vuon/{seeded.greenhouse.public_id}/dung"
    assert as_neighbour.post(address, data={"key": "not-your-garden"}).status_code == 404
    assert session.exec(select(Command)).all() == []
    assert FRAME in as_neighbour.get("/vuon").text
    assert playground.stand().until is not None


def test_lessons_are_learnt_by_what_the_greenhouse_tells_and_written_down_once(
    as_farmer: TestClient, as_manager: TestClient, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    assert "Vườn giả đang mở" in as_farmer.get(PAGE).text
    playground.tell(EventKind.BOOT)
    assert "Khu nào đang khô?" in as_farmer.get("/vuon").text
    playground.see_dry()
    playground.tell(*WATER_LESSON)
    playground.look()
    assert [one.lesson for one in playground.learnt()] == [Lesson.WATER]
    playground.tell(*VALVE_LESSON)
    assert "Mở Nhật ký, ghi một việc" in as_farmer.get("/vuon").text
    assert [one.lesson for one in playground.learnt()] == [Lesson.WATER, Lesson.VALVE]
    report = as_manager.get("/htx/tap-huan").text
    assert report.count("1 người đã học xong") == 2
    assert report.count("tự học") == 2


def test_the_diary_is_practised_on_the_very_page_and_no_row_of_it_is_real(
    as_farmer: TestClient, seeded: Seeded, engine: Engine, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    playground.tell(EventKind.BOOT)
    as_farmer.post(f"{PAGE}/bai", data={"lesson": "diary"})
    assert "ghi một việc" in as_farmer.get("/vuon").text
    form = as_farmer.get("/nhat-ky/ghi").text
    zone = re.findall(r'name="zone" value="(\w+)"', form)[0]
    assert zone not in {one.public_id for one in seeded.zones}
    said = {"work": "feed", "day": START.date().isoformat(), "note": "tập"}
    as_farmer.post("/nhat-ky", data={**said, "zone": zone, "key": str(uuid4())})
    playground.look()
    assert "Mở dòng vừa ghi" in as_farmer.get("/vuon").text
    (entry,) = stored(engine, DiaryEntry)
    assert entry.cooperative_id == playground.stand().cooperative_id
    fresh = {**said, "work": "prune", "key": str(uuid4()), "act": "correct"}
    as_farmer.post(f"/nhat-ky/{entry.public_id}", data=fresh)
    playground.look()
    assert [one.lesson for one in playground.learnt()] == [Lesson.DIARY]
    as_farmer.post(f"{PAGE}/thoi")
    assert "tập" not in as_farmer.get("/nhat-ky").text.split("<main", 1)[1].split("</main>")[0]
    playground.look()
    assert stored(engine, DiaryEntry) == []


def test_settings_are_practised_without_the_password_and_are_as_before_for_the_next(
    as_farmer: TestClient, engine: Engine, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    kept = contents(engine)
    playground.tell(EventKind.BOOT)
    zone = re.findall(r'href="/vuon/khu/(\w+)"', as_farmer.get("/vuon").text)[0]
    page = as_farmer.get(f"/vuon/khu/{zone}/cai-dat/doi").text
    assert "máy hỏi mật khẩu trước khi cho đổi" in page
    wish = {
        "crop": "melon",
        "planted_on": "2026-02-01",
        "plants": "7",
        "strategy": "monitor",
        "refill": "55",
        "target": "90",
        "window_from": "06:00",
        "window_to": "18:00",
        "based_on": re.findall(r'name="based_on" value="(\d+)"', page)[0],
    }
    as_farmer.post(f"/vuon/khu/{zone}/cai-dat", data=wish)
    as_farmer.post(f"{PAGE}/bai", data={"lesson": "settings"})
    assert "Đợi máy nhận mức mới" in as_farmer.get("/vuon").text
    sent = stored(engine, DesiredSettings)[-1]
    playground.obey(sent.version)
    assert [one.lesson for one in playground.learnt()] == [Lesson.SETTINGS]
    as_farmer.post(f"{PAGE}/thoi")
    playground.look()
    assert {row.account_id for row in stored(engine, ZoneWish)} == {None}
    newest = stored(engine, DesiredSettings)[-1]
    assert newest.version == sent.version + 1, "a box obeys what is above all it has heard"
    changed = {name for name, rows in contents(engine).items() if rows != kept[name]}
    assert changed == {"desired_settings"}


def test_how_a_lesson_goes_is_added_up_and_told_of_three_at_least(
    as_farmer: TestClient, as_manager: TestClient, engine: Engine, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    playground.tell(EventKind.BOOT)
    as_farmer.post(f"{PAGE}/kho", data={"zone": "nowhere"})
    assert "Bấm khu có số nhỏ hơn." in as_farmer.post(f"{PAGE}/chi").text
    playground.see_dry()
    playground.tell(*WATER_LESSON)
    (total,) = stored(engine, TrainingTotal)
    assert (total.lesson, total.finished, total.wrong, total.calls) == ("water", 1, 1, 1)
    stand = playground.stand()
    assert (stand.wrong, stand.calls) == (0, 0)
    assert "trung bình" not in as_manager.get("/htx/tap-huan").text
    home, lesson = total.cooperative_id, Lesson.WATER
    with Session(writing(engine)) as session, session.begin():
        for person in session.exec(select(Account.id)).all():
            row = Training(
                cooperative_id=home, account_id=person or 0, lesson=lesson, done_at=START
            )
            session.add(row)
        known = session.exec(select(TrainingTotal)).one()
        known.finished, known.seconds, known.wrong = 3, 540, 3
    assert (
        "trung bình 3 phút, bấm sai 1,0 lần, hỏi cách làm 0,3 lần"
        in as_manager.get("/htx/tap-huan").text
    )


def test_a_zone_that_is_not_reported_dry_is_no_answer(
    as_farmer: TestClient, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    answer = as_farmer.post(f"{PAGE}/kho", data={"zone": "nowhere"})
    assert "Chưa đúng." in answer.text
    assert not playground.stand().seen
    assert playground.learnt() == []


def test_who_sat_beside_is_told_too(pair: Pair, seeded: Seeded, playground: Playground) -> None:
    pair.begin()
    begin(pair.helper)
    playground.look()
    playground.see_dry()
    playground.tell(*WATER_LESSON)
    (row,) = playground.learnt()
    assert row.account_id == seeded.farmer.account.id
    assert row.helper_id not in (None, row.account_id)
    assert row.cooperative_id == seeded.cooperative.id
    pair.done()
    assert FRAME not in pair.helper.get("/vuon").text
    assert playground.stand().until is not None


def test_the_end_leaves_nothing_but_what_was_learnt(
    as_farmer: TestClient, engine: Engine, clock: FixedClock, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    kept = contents(engine)
    (pid,) = playground.pids()
    playground.tell(EventKind.BOOT, *WATER_LESSON)
    playground.measure()
    as_farmer.post(f"/vuon/{_house(engine)}/dung", data={"key": "practised-stop"})
    assert contents(engine) != kept
    clock.advance(seconds=LASTS.total_seconds())
    assert FRAME not in as_farmer.get("/vuon").text, "to the second, whoever looks after it"
    playground.look()
    assert contents(engine) == kept
    assert not is_alive(pid)
    assert playground.stand().learner_id is None
    with Session(engine) as session:
        assert audit.breaks(session) == []
        device = session.get_one(Device, playground.stand().device_id)
        assert device.struck_off_at is not None, "the broker lets it in no more"


def test_a_greenhouse_that_died_is_played_on(
    as_farmer: TestClient, playground: Playground
) -> None:
    begin(as_farmer)
    playground.look()
    (process,) = playground.keeper._playing.values()
    process.kill()
    process.wait()
    playground.look()
    (pid,) = playground.pids()
    assert pid != process.pid
    assert is_alive(pid)


def test_whoever_comes_when_all_are_taken_is_told_so(
    as_farmer: TestClient, as_manager: TestClient, as_neighbour: TestClient, playground: Playground
) -> None:
    begin(as_farmer)
    begin(as_manager)
    answer = as_neighbour.post(PAGE)
    assert answer.status_code == 409
    assert "hết chỗ" in answer.text
    as_farmer.post(f"{PAGE}/thoi")
    assert as_farmer.post(PAGE).status_code == 409, "it is still being taken down"
    playground.look()
    assert FRAME in begin(as_neighbour)


def test_without_a_simulator_the_page_says_so(as_farmer: TestClient) -> None:
    page = as_farmer.get(PAGE)
    assert "chưa có chỗ cho vườn giả" in page.text
    assert "<form" not in page.text.split("<main", 1)[1].split("</main>")[0]
    assert as_farmer.post(PAGE).status_code == 409


def test_the_commune_sees_how_many_and_not_who(
    as_farmer: TestClient, seeded: Seeded, session: Session, playground: Playground, log_in: LogIn
) -> None:
    begin(as_farmer)
    playground.look()
    playground.see_dry()
    playground.tell(*WATER_LESSON)
    officer = _as_officer(session, seeded.manager, log_in)
    page = officer.get("/htx/tap-huan").text
    assert "1 người đã học xong" in page
    assert seeded.farmer.account.name not in page


def stored(engine: Engine, model: type[T]) -> list[T]:
    """All rows of a table, the oldest first, in a transaction that is over."""
    with Session(engine) as session:
        return sorted(session.exec(select(model)), key=lambda row: getattr(row, "id", 0))


def contents(engine: Engine) -> dict[str, list[str]]:
    """All rows but the stand's own state, browsers, and the record, which only grows."""
    moving = {
        "practice_stand",
        "login_session",
        "audit_entry",
        "audit_head",
        "training",
        "training_total",
        "device",
    }
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(sa.select(table)))
            for table in METADATA.sorted_tables
            if table.name not in moving
        }


def _house(engine: Engine) -> str:
    found = sa.text("SELECT public_id FROM greenhouse WHERE name = 'Vườn giả'")
    with engine.connect() as connection:
        return str(connection.execute(found).scalar_one())


def _as_officer(session: Session, member: Member, log_in: LogIn) -> TestClient:
    session.rollback()
    words = sa.text("UPDATE membership SET role = 'officer' WHERE account_id = :who")
    session.connection().execute(words, {"who": member.account.id})
    session.commit()
    return log_in(member)
