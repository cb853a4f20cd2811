"""The life of stamps: asked for once, printed beside the pages, glued on, torn, called back."""

import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud import cli
from cloud.db import writing
from cloud.settings import Settings
from cloud.stamps import keys, rules, sheets
from cloud.stamps.models import Issuance, SeasonKeyRow, SheetState, StampSheet
from cloud.stamps.rules import Range, Status
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded, prove
from traceability import token

Json = dict[str, str]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def lot(seeded: Seeded, as_manager: TestClient) -> str:
    body = {"zone": seeded.zones[0].public_id, "product": "Dưa lưới", "quantity_g": 5000}
    made: str = as_manager.post("/api/v1/lots", json=body).json()["id"]
    return made


@pytest.fixture
def issue(as_manager: TestClient, lot: str) -> Callable[..., Json]:
    def make(quantity: int, **other: object) -> Json:
        body = {"quantity": quantity, **other}
        answer = as_manager.post(f"/api/v1/lots/{lot}/stamps", json=body)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    return make


def serial_of(engine: Engine, settings: Settings, issuance: str, index: int) -> str:
    with Session(engine) as session:
        row = session.exec(select(Issuance).where(Issuance.public_id == issuance)).one()
        key = keys.live(session, keys.open_vault(settings))[row.kid]
        return token.issue(key, row.id or 0, index)


@pytest.mark.parametrize(
    ("text", "index"),
    [("1", 0), ("5", 4), (" 2 ", 1), ("0", None), ("6", None), ("-1", None), ("", None)],
)
def test_a_number_names_a_stamp_of_its_run(text: str, index: int | None) -> None:
    assert rules.position(text, 5) == index


def test_twenty_digits_are_a_serial_and_no_number() -> None:
    assert rules.position("0" * 19 + "1", 5) is None
    assert rules.position("\N{ARABIC-INDIC DIGIT ONE}", 5) is None


@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)).map(sorted).map(tuple)),
)
def test_void_stamps_are_counted_once_however_ranges_overlap(
    quantity: int, ends: list[tuple[int, int]]
) -> None:
    out = [Range(*pair) for pair in ends]
    each = sum(rules.is_void(index, out) for index in range(quantity))
    assert rules.voided(quantity, out) == each


def test_a_run_is_issued_then_on_goods_and_void_whatever_was_before() -> None:
    assert rules.status(void=False, activated=0) is Status.ISSUED
    assert rules.status(void=False, activated=1) is Status.ACTIVATED
    assert rules.status(void=True, activated=1) is Status.VOID


def test_the_same_key_makes_one_run_and_one_lot(
    as_manager: TestClient, seeded: Seeded, lot: str, issue: Callable[..., Json], engine: Engine
) -> None:
    first = issue(3, key="one-intention")
    assert issue(3, key="one-intention") == first
    other = as_manager.post(
        f"/api/v1/lots/{lot}/stamps", json={"quantity": 4, "key": "one-intention"}
    )
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    body = {
        "zone": seeded.zones[0].public_id,
        "product": "Ớt",
        "quantity_g": 5,
        "key": "a-harvest-of-peppers",
    }
    lots = [as_manager.post("/api/v1/lots", json=body).json()["id"] for _ in range(2)]
    assert lots[0] == lots[1]
    again = as_manager.post("/api/v1/lots", json=body | {"quantity_g": 6})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "key_reused")
    with Session(engine) as session:
        assert len(session.exec(select(Issuance)).all()) == 1


def test_ten_requests_with_one_key_at_once_are_one_run(
    as_manager: TestClient, lot: str, engine: Engine
) -> None:
    body, answers = {"quantity": 2, "key": "pressed-ten-times"}, []

    def press() -> None:
        answer = as_manager.post(f"/api/v1/lots/{lot}/stamps", json=body)
        answers.append(answer.json()["id"])

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    with Session(engine) as session:
        assert len(session.exec(select(Issuance)).all()) == 1


@SQLITE
def test_stamps_are_genuine_once_they_are_said_to_be_on_goods(
    as_manager: TestClient,
    client: TestClient,
    issue: Callable[..., Json],
    engine: Engine,
    settings: Settings,
) -> None:
    made = issue(5)
    assert made["status"] == "issued"
    serials = [serial_of(engine, settings, made["id"], index) for index in range(5)]
    assert 'data-verdict="inactive"' in client.get(f"/T/{serials[0]}").text
    page = as_manager.post(
        f"/htx/tem/{made['id']}/dan", data={"act": "activate", "upto": serials[2]}
    )
    assert "Đã báo dán" in page.text
    verdicts = ['data-verdict="genuine"' in client.get(f"/T/{one}").text for one in serials]
    assert verdicts == [True, True, True, False, False]
    fewer = as_manager.post(f"/htx/tem/{made['id']}/dan", data={"act": "activate", "upto": "1"})
    assert fewer.status_code == 200
    assert 'data-verdict="genuine"' in client.get(f"/T/{serials[2]}").text
    wrong = as_manager.post(f"/htx/tem/{made['id']}/dan", data={"act": "activate", "upto": "6"})
    assert wrong.status_code == 409


@SQLITE
def test_torn_stamps_are_taken_out_by_number_or_serial_with_the_reason(
    as_manager: TestClient,
    client: TestClient,
    issue: Callable[..., Json],
    engine: Engine,
    settings: Settings,
) -> None:
    made = issue(5)
    as_manager.post(f"/api/v1/issuances/{made['id']}/activate")
    serials = [serial_of(engine, settings, made["id"], index) for index in range(5)]
    form = {"first": "2", "last": serials[2], "reason": "máy in làm nhòe"}
    page = as_manager.post(f"/htx/tem/{made['id']}/huy", data=form)
    assert "Hủy tem số 2 đến 3: máy in làm nhòe" in " ".join(page.text.split())
    statuses = [client.get(f"/T/{one}").status_code for one in serials]
    assert statuses == [200, 410, 410, 200, 200]
    assert as_manager.post(f"/htx/tem/{made['id']}/huy", data={"first": "2"}).status_code == 422
    backwards = {"first": "3", "last": "2", "reason": "nhầm"}
    assert as_manager.post(f"/htx/tem/{made['id']}/huy", data=backwards).status_code == 409


@SQLITE
def test_a_recall_is_seen_by_the_very_next_look_everywhere(
    as_manager: TestClient, client: TestClient, issue: Callable[..., Json], lot: str
) -> None:
    made = issue(1)
    as_manager.post(f"/api/v1/issuances/{made['id']}/activate")
    path = urlsplit(made["scan_url"]).path
    before = client.get(path)
    assert (before.status_code, before.headers["cache-control"]) == (200, "no-store")
    offer = {"lot": lot, "name": "Dưa", "pack_mass_g": 1000, "price": 35_000, "publish": False}
    assert as_manager.post(f"/htx/lo/{lot}/thu-hoi", data={"reason": "x"}).status_code == 422

    as_manager.post(f"/htx/lo/{lot}/thu-hoi", data={"reason": "phun nhầm thuốc"})

    after = client.get(path)
    assert (after.status_code, after.headers["cache-control"]) == (410, "no-store")
    assert 'data-verdict="recalled"' in after.text
    assert "phun nhầm thuốc" in after.text
    assert client.get(f"/api/v1/scans/{made['first_serial']}").json()["verdict"] == "recalled"
    refused = as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 1})
    assert refused.json()["error"]["code"] == "lot_recalled"
    assert as_manager.post("/api/v1/products", json=offer).status_code == 409


@SQLITE
def test_a_large_run_is_made_beside_the_pages_and_is_the_same_file_again(
    as_manager: TestClient,
    issue: Callable[..., Json],
    engine: Engine,
    settings: Settings,
    clock: FixedClock,
) -> None:
    made = issue(2_001)
    assert as_manager.get(made["labels"]).status_code == 409
    wait = as_manager.post(f"/htx/tem/{made['id']}/in", data={"paper": "a4-40", "language": "en"})
    assert 'http-equiv="refresh"' in wait.text
    address = f"{wait.url.path}.pdf"
    assert as_manager.get(address).status_code == 409
    place = sheets.room(settings)

    sheets.look(engine, clock, place)

    ready = as_manager.get(wait.url.path)
    assert 'http-equiv="refresh"' not in ready.text
    file = as_manager.get(address)
    assert file.headers["content-type"] == "application/pdf"
    text = PdfReader(place.path(wait.url.path.rpartition("/")[2])).pages[0].extract_text()
    assert "Lot " in text
    place.path(wait.url.path.rpartition("/")[2]).unlink()
    with Session(writing(engine)) as session, session.begin():
        session.exec(select(StampSheet)).one().state = SheetState.WAITING
    sheets.look(engine, clock, place)
    assert as_manager.get(address).content == file.content


@SQLITE
def test_a_file_whose_worker_died_is_taken_over_and_nobody_else_s_word_counts(
    as_manager: TestClient,
    issue: Callable[..., Json],
    engine: Engine,
    settings: Settings,
    clock: FixedClock,
) -> None:
    made = issue(2)
    as_manager.post(f"/htx/tem/{made['id']}/in", data={"paper": "a4-65"})
    with Session(writing(engine)) as session, session.begin():
        row = session.exec(select(StampSheet)).one()
        row.state, row.turn, row.seen_at = SheetState.WORKING, "of the dead", clock.now()
    place = sheets.room(settings)
    sheets.look(engine, clock, place)
    with Session(engine) as session:
        assert session.exec(select(StampSheet)).one().state is SheetState.WORKING
    clock.advance(minutes=11)
    sheets.look(engine, clock, place)
    with Session(engine) as session:
        row = session.exec(select(StampSheet)).one()
        assert (row.state, row.done) == (SheetState.READY, 2)
        row.turn = "of the dead"
        sheets._tell(engine, row, {"done": 0})
    with Session(engine) as session:
        assert session.exec(select(StampSheet)).one().done == 2


@SQLITE
def test_files_are_kept_for_a_week(
    as_manager: TestClient,
    issue: Callable[..., Json],
    engine: Engine,
    settings: Settings,
    clock: FixedClock,
) -> None:
    as_manager.post(f"/htx/tem/{issue(1)['id']}/in", data={"paper": "a4-65"})
    place = sheets.room(settings)
    sheets.look(engine, clock, place)
    sheets.sweep(engine, clock.now(), place=place)
    assert len(list(place.folder.iterdir())) == 1
    clock.advance(days=8)
    sheets.sweep(engine, clock.now(), place=place)
    assert list(place.folder.iterdir()) == []


@SQLITE
def test_a_sealed_stamp_leads_to_its_lot_and_a_changed_digit_nowhere(
    as_manager: TestClient, client: TestClient, issue: Callable[..., Json]
) -> None:
    made = issue(2, kind="sealed")
    as_manager.post(f"/api/v1/issuances/{made['id']}/activate")
    path = urlsplit(made["scan_url"]).path
    assert path.startswith("/S/")
    page = client.get(path)
    assert page.status_code == 200
    assert 'data-verdict="genuine"' in page.text
    last = "0" if path[-1] != "0" else "1"
    assert client.get(path[:-1] + last).status_code == 404
    assert 'data-verdict="genuine"' in client.get(f"/T/{made['first_serial']}").text
    refused = as_manager.post(f"/htx/tem/{made['id']}/in", data={"paper": "a4-65"})
    assert refused.status_code == 409
    assert as_manager.get(made["labels"]).content.startswith(b"%PDF-")


@SQLITE
def test_keys_change_by_hand_where_one_cooperative_lives_and_old_stamps_stay(
    as_manager: TestClient,
    client: TestClient,
    issue: Callable[..., Json],
    engine: Engine,
    settings: Settings,
    clock: FixedClock,
) -> None:
    old = issue(1)
    as_manager.post(f"/api/v1/issuances/{old['id']}/activate")
    prove(as_manager)
    assert "dùng chung khóa" in as_manager.get("/htx/khoa-tem").text
    assert as_manager.post("/htx/khoa-tem").status_code == 409, "the neighbour uses them too"
    vault = keys.open_vault(settings)
    clock.advance(minutes=1)
    with Session(writing(engine)) as session, session.begin():
        assert keys.rotate(session, vault, clock.now()).season == "2026-1.1"
        assert keys.current(session, vault, clock.now()).kid == 1
    assert 'data-verdict="genuine"' in client.get(f"/T/{old['first_serial']}").text
    assert "2026-1.1" in as_manager.get("/htx/khoa-tem").text
    with Session(writing(engine)) as session, session.begin():
        while keys.spare(session, clock.now()) > 0:
            keys.rotate(session, vault, clock.now())
        with pytest.raises(keys.TooFewKeys):
            keys.rotate(session, vault, clock.now())


def test_the_id_of_a_key_that_outlived_its_goods_goes_to_another(
    client: TestClient,
    issue: Callable[..., Json],
    engine: Engine,
    settings: Settings,
    clock: FixedClock,
) -> None:
    old, vault = issue(1), keys.open_vault(settings)
    clock.advance(days=1)
    with Session(writing(engine)) as session, session.begin():
        for number in range(1, 16):
            session.add(
                SeasonKeyRow(
                    kid=number,
                    season=f"2026-1.{number}",
                    sealed=vault.seal(f"2026-1.{number}", bytes(32)),
                    created_at=clock.now(),
                )
            )
    clock.advance(days=5 * 366 - 1)
    with Session(writing(engine)) as session, session.begin():
        assert keys.spare(session, clock.now()) == -3, "one is free, four are kept back"
        assert keys.current(session, vault, clock.now()).kid == 0
    page = client.get(f"/T/{old['first_serial']}")
    assert 'data-verdict="unknown"' in page.text
    with Session(engine) as session:
        run = session.exec(select(Issuance)).one()
        assert not keys.is_own(session, run)
        with pytest.raises(keys.KeyGone):
            sheets.labels(session, run, vault)


def test_the_operator_lists_and_changes_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["stamp-keys", "--data", str(tmp_path)]
    cli.main(["migrate", "--data", str(tmp_path)])
    assert cli.main([*words, "--rotate"]) == 0
    assert cli.main(words) == 0
    assert capsys.readouterr().out.count("kid  0") == 2
