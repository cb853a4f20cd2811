"""A farmer comes in with a printed card and a PIN, as the people around it live it."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.accounts.rules import CARD_LIVES
from cloud.accounts.throttle import CARD_PAIR
from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.cards.models import EntryCard
from cloud.cards.service import CARD_LIFE
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Farm, Greenhouse
from cloud.db import writing
from cloud.permissions import PROOF_LIFE
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.qr_reader import path_in

PIN = "739104"
PROOF = "/tai-khoan/xac-nhan/pin"


@pytest.fixture
def phone(app: FastAPI) -> TestClient:
    return telephone(app)


def telephone(app: FastAPI) -> TestClient:
    """A telephone that was never here."""
    return TestClient(app, headers={"Origin": "http://testserver"}, follow_redirects=False)


def cards_of(seeded: Seeded) -> str:
    return f"/htx/thanh-vien/{seeded.farmer.account.public_id}/the"


def printed(manager: TestClient, seeded: Seeded, pin: str = PIN, farm: str = "") -> str:
    """The path in the QR code of a fresh card, as a scanner reads it."""
    form = {"farm": farm or seeded.farm.public_id, "pin": pin, "again": pin}
    page = manager.post(cards_of(seeded), data=form)
    assert page.status_code == 200, page.text
    return path_in(page.text)


def test_card_and_pin_let_a_farmer_into_the_garden(
    as_manager: TestClient, phone: TestClient, seeded: Seeded
) -> None:
    card = printed(as_manager, seeded)
    assert seeded.farmer.principal.name in phone.get(card).text
    answer = phone.post(card, data={"pin": PIN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/vuon")
    assert seeded.greenhouse.name in phone.get("/vuon").text


def test_the_card_alone_opens_nothing_and_neither_does_the_pin(
    as_manager: TestClient, phone: TestClient, seeded: Seeded
) -> None:
    card = printed(as_manager, seeded)
    assert "set-cookie" not in phone.get(card).headers
    for pin in ("", "739105", "7391045"):
        assert phone.post(card, data={"pin": pin}).status_code in {401, 422}
    assert phone.post("/the/guessed", data={"pin": PIN}).status_code == 410
    login = {"phone": seeded.farmer.phone, "password": PIN}
    assert phone.post("/dang-nhap", data=login).status_code == 401
    assert phone.get("/vuon").status_code == 303


def test_neither_is_kept_in_clear(as_manager: TestClient, seeded: Seeded, engine: Engine) -> None:
    token = printed(as_manager, seeded).rsplit("/", 1)[1]
    with Session(engine) as session:
        card = session.exec(select(EntryCard)).one()
    assert token not in repr(card)
    assert PIN not in card.pin_hash


def test_a_card_is_shown_once(as_manager: TestClient, seeded: Seeded) -> None:
    token = printed(as_manager, seeded).rsplit("/", 1)[1]
    page = as_manager.get(cards_of(seeded)).text
    assert token not in page
    assert 'class="qr"' not in page


def test_a_card_opens_one_farm(
    as_manager: TestClient, phone: TestClient, seeded: Seeded, engine: Engine, clock: FixedClock
) -> None:
    other = second_farm(engine, seeded, clock)
    card = printed(as_manager, seeded, farm=other)
    phone.post(card, data={"pin": PIN})
    assert "Nhà lưới" in phone.get("/vuon").text
    assert seeded.greenhouse.name not in phone.get("/vuon").text
    house, zone = seeded.greenhouse.public_id, seeded.zones[0].public_id
    assert phone.get(f"/vuon/{house}").status_code == 404
    assert phone.get(f"/vuon/{house}/khu/{zone}").status_code == 404
    assert phone.get("/api/v1/devices").json() == {"items": []}
    body = {"key": "k" * 16}
    assert phone.post(f"/api/v1/greenhouses/{house}/stop", json=body).status_code == 404


def test_a_card_ends_the_one_before_it_and_what_it_opened(
    as_manager: TestClient, phone: TestClient, seeded: Seeded
) -> None:
    first = printed(as_manager, seeded)
    phone.post(first, data={"pin": PIN})
    second = printed(as_manager, seeded, pin="604931")
    assert phone.get("/vuon").status_code == 303
    assert phone.post(first, data={"pin": PIN}).status_code == 410
    assert phone.post(second, data={"pin": "604931"}).status_code == 303


def test_a_lost_card_is_cancelled_and_logs_out(
    as_manager: TestClient, phone: TestClient, seeded: Seeded, engine: Engine
) -> None:
    card = printed(as_manager, seeded)
    phone.post(card, data={"pin": PIN})
    with Session(engine) as session:
        public_id = session.exec(select(EntryCard.public_id)).one()
    as_manager.post(f"/htx/the/{public_id}/huy")
    assert phone.get("/vuon").status_code == 303
    assert "không dùng được nữa" in phone.get(card).text


def test_a_card_stays_in_for_a_season_and_lives_for_a_year(
    as_manager: TestClient, phone: TestClient, seeded: Seeded, clock: FixedClock
) -> None:
    card = printed(as_manager, seeded)
    phone.post(card, data={"pin": PIN})
    assert CARD_LIVES.whole == timedelta(days=90)
    clock.advance(seconds=CARD_LIVES.whole.total_seconds() - 1)
    assert phone.get("/vuon").status_code == 200
    clock.advance(seconds=1)
    assert phone.get("/vuon").status_code == 303
    assert phone.post(card, data={"pin": PIN}).status_code == 303
    clock.advance(seconds=CARD_LIFE.total_seconds())
    assert phone.post(card, data={"pin": PIN}).status_code == 410


def test_wrong_pins_make_a_stranger_wait_and_the_owner_s_telephone_not(
    as_manager: TestClient, app: FastAPI, seeded: Seeded, clock: FixedClock
) -> None:
    card, own, stranger = printed(as_manager, seeded), telephone(app), telephone(app)
    own.post(card, data={"pin": PIN})
    wrong = [stranger.post(card, data={"pin": "000000"}) for _ in range(CARD_PAIR.burst)]
    late = stranger.post(card, data={"pin": PIN})
    assert (late.status_code, late.text) == (401, wrong[-1].text), "a wait tells nothing"
    assert own.post(card, data={"pin": PIN}).status_code == 303
    assert "5 lần" not in as_manager.get(cards_of(seeded)).text, "the owner came in since"
    clock.advance(seconds=CARD_PAIR.refill.total_seconds())
    assert stranger.post(card, data={"pin": PIN}).status_code == 303


def test_the_manager_sees_that_somebody_guesses(
    as_manager: TestClient, phone: TestClient, seeded: Seeded
) -> None:
    card = printed(as_manager, seeded)
    for _ in range(3):
        phone.post(card, data={"pin": "000001"})
    assert "3 lần" in as_manager.get(cards_of(seeded)).text


@pytest.mark.parametrize(
    ("pin", "again"), [("123456", "123456"), ("739104", "739105"), ("12345", "12345")]
)
def test_a_pin_that_is_guessed_or_mistyped_makes_no_card(
    as_manager: TestClient, seeded: Seeded, engine: Engine, pin: str, again: str
) -> None:
    form = {"farm": seeded.farm.public_id, "pin": pin, "again": again}
    answer = as_manager.post(cards_of(seeded), data=form)
    assert answer.status_code == 409
    assert pin not in answer.text
    with Session(engine) as session:
        assert session.exec(select(EntryCard)).all() == []


def test_only_farmers_get_cards(as_manager: TestClient, seeded: Seeded) -> None:
    office = f"/htx/thanh-vien/{seeded.manager.account.public_id}/the"
    form = {"farm": seeded.farm.public_id, "pin": PIN, "again": PIN}
    assert as_manager.post(office, data=form).status_code == 409


def test_another_role_ends_the_card(
    as_manager: TestClient, phone: TestClient, seeded: Seeded
) -> None:
    card = printed(as_manager, seeded)
    member = f"/htx/thanh-vien/{seeded.farmer.account.public_id}"
    as_manager.post(f"{member}/vai-tro", data={"role": "packer"})
    assert phone.post(card, data={"pin": PIN}).status_code == 410


def test_everything_is_written_down(
    as_manager: TestClient, phone: TestClient, seeded: Seeded, engine: Engine
) -> None:
    card = printed(as_manager, seeded)
    phone.post(card, data={"pin": "000000"})
    phone.post(card, data={"pin": PIN})
    with Session(engine) as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
    actions = [one.action for one in entries if one.chain == seeded.cooperative.id]
    assert actions[-3:] == [
        AuditAction.CARD_ISSUED,
        AuditAction.CARD_REFUSED,
        AuditAction.LOGIN_CARD,
    ]
    assert PIN not in repr(entries)


def second_farm(engine: Engine, seeded: Seeded, clock: FixedClock) -> str:
    with Session(writing(engine)) as session, session.begin():
        farm: Farm = cooperatives.add_farm(session, seeded.cooperative, "Nhà bác Tư", "Thôn 2")
        house: Greenhouse = cooperatives.add_greenhouse(session, farm, "Nhà lưới", clock.now())
        assert house.farm_id == farm.id
        return farm.public_id


def test_a_disabled_account_has_no_card(
    as_manager: TestClient, phone: TestClient, seeded: Seeded, engine: Engine
) -> None:
    card = printed(as_manager, seeded)
    with Session(writing(engine)) as session, session.begin():
        account = session.merge(seeded.farmer.account)
        account.active = False
    assert phone.post(card, data={"pin": PIN}).status_code == 401


def new_pin(phone: TestClient, old: str, pin: str, again: str = "") -> int:
    """Change the PIN on the account page; the status of the answer."""
    (card,) = re.findall(r'name="card" value="(\w+)"', phone.get("/tai-khoan/ma-pin").text)
    form = {"card": card, "old": old, "pin": pin, "again": again or pin}
    return phone.post("/tai-khoan/ma-pin", data=form).status_code


def test_a_farmer_changes_the_pin_alone_and_whoever_else_came_in_is_out(
    as_manager: TestClient, app: FastAPI, seeded: Seeded
) -> None:
    card, phone, other = printed(as_manager, seeded), telephone(app), telephone(app)
    for one in (phone, other):
        one.post(card, data={"pin": PIN})
    assert new_pin(phone, PIN, "604931") == 303
    assert phone.get("/vuon").status_code == 200
    assert other.get("/vuon").status_code == 303
    assert other.post(card, data={"pin": PIN}).status_code == 401
    assert other.post(card, data={"pin": "604931"}).status_code == 303


@pytest.mark.parametrize(
    ("old", "pin", "again"),
    [("000001", "604931", "604931"), (PIN, "123456", "123456"), (PIN, "604931", "604932")],
)
def test_a_pin_is_changed_by_who_knows_it_and_to_a_good_one(
    as_manager: TestClient, phone: TestClient, seeded: Seeded, old: str, pin: str, again: str
) -> None:
    card = printed(as_manager, seeded)
    phone.post(card, data={"pin": PIN})
    assert new_pin(phone, old, pin, again) == 409
    assert phone.post(card, data={"pin": PIN}).status_code == 303


def test_a_borrowed_telephone_does_not_find_the_pin(
    as_manager: TestClient, phone: TestClient, seeded: Seeded
) -> None:
    card = printed(as_manager, seeded)
    phone.post(card, data={"pin": PIN})
    for _ in range(CARD_PAIR.burst):
        assert new_pin(phone, "000001", "604931") == 409
    assert new_pin(phone, PIN, "604931") == 409


def test_nobody_changes_the_pin_of_another(
    as_manager: TestClient, seeded: Seeded, engine: Engine
) -> None:
    printed(as_manager, seeded)
    with Session(engine) as session:
        card = session.exec(select(EntryCard.public_id)).one()
    form = {"card": card, "old": PIN, "pin": "604931", "again": "604931"}
    assert as_manager.post("/tai-khoan/ma-pin", data=form).status_code == 404


def wanted(phone: TestClient, zone: str) -> str:
    """Where somebody ends who wants to change how a zone is watered."""
    phone.follow_redirects = True
    path: str = phone.get(f"/vuon/khu/{zone}/cai-dat/doi").url.path
    phone.follow_redirects = False
    return path


def test_who_came_in_by_a_card_changes_settings_by_its_pin(
    as_manager: TestClient, phone: TestClient, seeded: Seeded, clock: FixedClock
) -> None:
    zone = seeded.zones[0].public_id
    phone.post(printed(as_manager, seeded), data={"pin": PIN})
    assert f"/vuon/khu/{zone}/cai-dat/doi" in phone.get(f"/vuon/khu/{zone}").text
    assert wanted(phone, zone) == PROOF
    form = f"/vuon/khu/{zone}/cai-dat/doi"
    assert phone.post(PROOF, data={"pin": "000001", "tiep": form}).status_code == 409
    assert wanted(phone, zone) == PROOF
    answer = phone.post(PROOF, data={"pin": PIN, "tiep": form})
    assert (answer.status_code, answer.headers["location"]) == (303, form)
    assert wanted(phone, zone) == form
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    assert wanted(phone, zone) == PROOF


def test_a_pin_is_guessed_no_faster_here_than_at_the_door(
    as_manager: TestClient, phone: TestClient, seeded: Seeded
) -> None:
    phone.post(printed(as_manager, seeded), data={"pin": PIN})
    for _ in range(CARD_PAIR.burst):
        assert phone.post(PROOF, data={"pin": "000001"}).status_code == 409
    assert phone.post(PROOF, data={"pin": PIN}).status_code == 409


def test_a_pin_is_nothing_to_who_came_in_by_a_password(
    as_manager: TestClient, as_farmer: TestClient, seeded: Seeded
) -> None:
    printed(as_manager, seeded)
    assert as_farmer.post(PROOF, data={"pin": PIN}).status_code == 404
