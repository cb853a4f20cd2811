"""A helper acts for somebody who lets them, within bounds, in the open, and no moment longer."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.accounts.models import HelpGrant, LoginSession
from cloud.accounts.sessions import hash_token
from cloud.audit import service as audit
from cloud.audit.models import AuditEntry
from cloud.cards import service as cards
from cloud.cards.models import CardForm
from cloud.cooperatives import service as cooperatives
from cloud.db import writing
from cloud.help.models import HelpCode
from cloud.help.rules import CODE_LIFE, VISIT
from cloud.members import service as members
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded
from tests.cloud.help.conftest import OWN, Pair

MOMENT = timedelta(seconds=1)


def stop(client: TestClient, seeded: Seeded) -> int:
    address = f"/api/v1/greenhouses/{seeded.greenhouse.public_id}/stop"
    return client.post(address, json={"key": "key-of-a-helper-1"}).status_code


def test_a_helper_does_what_the_farmer_lets_them(pair: Pair, seeded: Seeded) -> None:
    before = pair.helper.get("/htx/lo").status_code
    pair.begin()
    assert (before, pair.helper.get("/htx/lo").status_code) == (403, 200)
    home = pair.helper.get("/vuon").text
    assert f"Bạn đang làm thay {seeded.farmer.account.name}, đến" in home
    assert "Tưới ngay" in home


def test_without_consent_a_helper_only_looks(pair: Pair) -> None:
    home = pair.helper.get("/vuon")
    assert home.status_code == 200
    assert "Tưới ngay" not in home.text


def test_the_farmer_sees_who_is_at_it_and_ends_it_with_a_tap(pair: Pair) -> None:
    pair.begin("month")
    assert "Chị Lan đang làm thay bạn." in pair.farmer.get("/vuon").text
    pair.farmer.post(f"{OWN}/thoi")
    assert not pair.stands_in()
    assert not pair.told()
    assert "Tưới ngay" not in pair.helper.get("/vuon").text
    assert "/giup/" not in pair.helper.get("/giup").text, "nor may they come back"


def test_the_helper_hands_it_back_with_a_tap_and_is_themselves_again(pair: Pair) -> None:
    pair.begin()
    pair.done()
    assert not pair.stands_in()
    assert not pair.told()
    assert pair.helper.get("/tai-khoan").status_code == 200, "still logged in"


def test_letting_go_twice_is_no_mistake(pair: Pair) -> None:
    pair.done()
    assert pair.helper.get("/giup").status_code == 200


def test_half_an_hour_is_all(pair: Pair, clock: FixedClock) -> None:
    pair.begin("week")
    clock.advance(seconds=(VISIT - MOMENT).total_seconds())
    assert pair.stands_in()
    clock.advance(seconds=1)
    assert not pair.stands_in()
    assert not pair.told()


def test_who_was_allowed_once_needs_another_code(pair: Pair, clock: FixedClock) -> None:
    pair.begin("once")
    pair.done()
    clock.advance(seconds=VISIT.total_seconds())
    assert "/giup/" not in pair.helper.get("/giup").text


@pytest.mark.parametrize(("lasts", "days"), [("week", 7), ("month", 30)])
def test_who_was_allowed_for_days_comes_back_without_a_code(
    pair: Pair, clock: FixedClock, lasts: str, days: int
) -> None:
    pair.begin(lasts)
    pair.done()
    clock.advance(days=days, seconds=-60)
    assert pair.begin_again() == 303
    assert pair.stands_in()
    clock.advance(seconds=60)
    assert not pair.stands_in(), "the half hour does not outlive the consent"


def test_a_withdrawn_consent_opens_nothing(pair: Pair) -> None:
    pair.begin("month")
    pair.done()
    (address,) = re.findall(r'action="(/giup/[^"]+)"', pair.helper.get("/giup").text)
    (withdrawal,) = re.findall(rf'action="({OWN}/[^"/]+/thoi)"', pair.farmer.get(OWN).text)
    pair.farmer.post(withdrawal)
    assert pair.helper.post(address).status_code == 404
    assert pair.farmer.post(withdrawal).status_code == 404


def test_a_code_works_once(pair: Pair) -> None:
    code = pair.code()
    assert pair.type(code) == 303
    pair.done()
    assert pair.type(code) == 409


def test_a_code_ages(pair: Pair, clock: FixedClock) -> None:
    code = pair.code()
    clock.advance(seconds=CODE_LIFE.total_seconds())
    assert pair.type(code) == 409
    assert code not in pair.farmer.get(OWN).text


def test_a_new_code_ends_the_one_before(pair: Pair, engine: Engine) -> None:
    pair.code()
    pair.code()
    with Session(engine) as session:
        assert len(session.exec(select(HelpCode)).all()) == 1


def test_wrong_used_and_old_codes_look_the_same(pair: Pair, clock: FixedClock) -> None:
    used = pair.code()
    pair.type(used)
    pair.done()
    pages = [pair.helper.post("/giup", data={"code": one}).text for one in (used, "000000")]
    old = pair.code()
    clock.advance(seconds=VISIT.total_seconds())
    pages = [pair.helper.post("/giup", data={"code": one}).text for one in (used, "000000", old)]
    assert len(set(pages)) == 1


def test_a_code_of_another_cooperative_is_none(
    pair: Pair, as_neighbour: TestClient, seeded: Seeded
) -> None:
    answer = as_neighbour.post("/giup", data={"code": pair.code()})
    assert answer.status_code == 409
    assert seeded.farmer.account.name not in answer.text


def test_nobody_acts_for_themselves(as_manager: TestClient) -> None:
    as_manager.post(OWN, data={"lasts": "once"})
    (code,) = re.findall(r'<p class="big">(\d{6})</p>', as_manager.get(OWN).text)
    assert as_manager.post("/giup", data={"code": code}).status_code == 409


def test_a_farmer_helps_nobody(pair: Pair, as_manager: TestClient) -> None:
    as_manager.post(OWN, data={"lasts": "once"})
    (code,) = re.findall(r'<p class="big">(\d{6})</p>', as_manager.get(OWN).text)
    assert pair.farmer.post("/giup", data={"code": code}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/tai-khoan", "/tai-khoan/mat-khau", "/tai-khoan/ma-pin", OWN, "/htx/don"]
)
def test_neither_account_nor_money_is_lent(pair: Pair, path: str) -> None:
    pair.begin()
    assert pair.helper.get(path).status_code == 403


def test_of_a_managers_rights_work_alone_is_lent(pair: Pair, as_manager: TestClient) -> None:
    pair.farmer = as_manager
    pair.begin()
    assert pair.helper.get("/htx/san-pham").status_code == 200
    for path in ("/htx/thanh-vien", "/htx/nhat-ky", "/htx/don", "/tai-khoan"):
        assert pair.helper.get(path).status_code == 403, path


def test_what_is_done_is_written_down_with_both_names(
    pair: Pair, seeded: Seeded, helper: Member, engine: Engine, as_manager: TestClient
) -> None:
    pair.begin()
    assert stop(pair.helper, seeded) < 300
    pair.done()
    with Session(engine) as session:
        statement = select(AuditEntry).where(AuditEntry.actor_id == helper.principal.account_id)
        found = session.exec(statement.order_by(col(AuditEntry.seq))).all()
        assert audit.breaks(session) == []
    told = [(one.action, one.on_behalf_of_id) for one in found]
    farmer = seeded.farmer.principal.account_id
    assert told == [
        ("login", None),
        ("help.begun", farmer),
        ("stop", farmer),
        ("help.ended", farmer),
    ]
    assert f"Chị Lan làm thay {seeded.farmer.account.name}" in as_manager.get("/htx/nhat-ky").text


def test_the_browser_gets_another_token_with_each_change(pair: Pair) -> None:
    tokens = [pair.helper.cookies["sid"]]
    pair.begin()
    tokens.append(pair.helper.cookies["sid"])
    pair.done()
    tokens.append(pair.helper.cookies["sid"])
    assert len(set(tokens)) == 3
    stale = TestClient(pair.app, cookies={"sid": tokens[1]}, follow_redirects=False)
    assert stale.get("/vuon").status_code == 303, "an old token opens nothing"


def test_who_comes_in_by_card_lends_one_farm(
    pair: Pair, seeded: Seeded, engine: Engine, clock: FixedClock
) -> None:
    with Session(writing(engine)) as session, session.begin():
        other = cooperatives.add_farm(session, seeded.cooperative, "Nhà khác", "Thôn 2")
        house = cooperatives.add_greenhouse(session, other, "Nhà kia", clock.now())
        form = CardForm(farm=seeded.farm.public_id, pin="739104", again="739104")
        card = cards.issue(
            session,
            seeded.manager.principal,
            seeded.farmer.account.public_id,
            form,
            pair.app.state.hashes,
            clock.now(),
        )
        elsewhere = house.public_id
    pair.farmer.cookies.clear()
    pair.farmer.post(f"/the/{card.token}", data={"pin": "739104"})
    assert pair.helper.get(f"/vuon/{elsewhere}").status_code == 200, "as a helper"
    pair.begin()
    assert pair.helper.get(f"/vuon/{elsewhere}").status_code == 404
    assert pair.helper.get(f"/vuon/{seeded.greenhouse.public_id}").status_code == 200


def leave_helper(session: Session, seeded: Seeded, helper: Member, now: FixedClock) -> None:
    member = helper.account.public_id
    members.remove(session, seeded.manager.principal, member, now.now())


def leave_farmer(session: Session, seeded: Seeded, helper: Member, now: FixedClock) -> None:
    del helper
    member = seeded.farmer.account.public_id
    members.remove(session, seeded.manager.principal, member, now.now())


def other_role(session: Session, seeded: Seeded, helper: Member, now: FixedClock) -> None:
    member = helper.account.public_id
    members.change_role(session, seeded.manager.principal, member, Role.PACKER, now.now())


def disabled_farmer(session: Session, seeded: Seeded, helper: Member, now: FixedClock) -> None:
    del helper, now
    session.merge(seeded.farmer.account).active = False


@pytest.mark.parametrize("change", [leave_helper, leave_farmer, other_role, disabled_farmer])
def test_it_ends_with_either_of_them(
    pair: Pair,
    seeded: Seeded,
    helper: Member,
    engine: Engine,
    clock: FixedClock,
    change: Callable[..., None],
) -> None:
    pair.begin("month")
    with Session(writing(engine)) as session, session.begin():
        change(session, seeded, helper, clock)
    assert not pair.stands_in()
    assert stop(pair.helper, seeded) in {401, 403}


def test_a_new_password_ends_all_help(pair: Pair, seeded: Seeded, engine: Engine) -> None:
    pair.begin("month")
    form = {"old": seeded.farmer.password, "new": "mây trắng gió hiền"}
    assert pair.farmer.post("/tai-khoan/mat-khau", data=form).status_code == 200
    assert not pair.stands_in()
    with Session(engine) as session:
        assert session.exec(select(HelpGrant)).all() == []


def test_a_consent_of_others_is_not_this_helpers(
    pair: Pair, engine: Engine, as_manager: TestClient
) -> None:
    pair.begin("month")
    with Session(engine) as session:
        (grant,) = session.exec(select(HelpGrant.public_id)).all()
    assert as_manager.post(f"/giup/{grant}").status_code == 404
    assert as_manager.post(f"{OWN}/{grant}/thoi").status_code == 404
    assert pair.stands_in()


def test_a_forged_session_row_gives_no_more_than_its_owner_has(
    pair: Pair, helper: Member, engine: Engine
) -> None:
    """A consent that is not this helper's, or none at all, hangs on the session."""
    pair.begin("month")
    with Session(writing(engine)) as session, session.begin():
        grant = session.exec(select(HelpGrant)).one()
        login = session.exec(
            select(LoginSession).where(
                LoginSession.token_hash == hash_token(pair.helper.cookies["sid"])
            )
        ).one()
        assert login.grant_id == grant.id
        grant.helper_id = grant.account_id
    assert not pair.stands_in()
    assert helper.principal.role is Role.HELPER
