"""Who hears of an alert, and that nothing is ever told to nobody without somebody seeing it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import cast

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session, col, select

from cloud.accounts.models import Account, HelpGrant
from cloud.alerts import contacts, outbox
from cloud.alerts.kinds import Kind, Severity
from cloud.alerts.models import Alert, Channel, Contact, Notice
from cloud.cards.models import EntryCard
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative, Farm
from cloud.db import writing
from cloud.principal import Principal, Role
from tests.cloud.alerts.town import Town
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(engine: Engine, clock: FixedClock, seeded: Seeded) -> Town:
    return Town.of(engine, clock, seeded.greenhouse)


class People:
    """Who joins the cooperative, and what each has to do with which farm."""

    def __init__(self, engine: Engine, clock: FixedClock, seeded: Seeded) -> None:
        self.engine, self.clock, self.seeded = engine, clock, seeded
        self._numbers: Iterator[int] = count(1)
        self.here = cast("int", seeded.farm.id)
        with Session(writing(engine)) as session, session.begin():
            home = session.get_one(Cooperative, seeded.cooperative.id)
            farm = cooperatives.add_farm(session, home, "Nhà bà Khác", "Thôn 2")
            self.elsewhere = cast("int", farm.id)

    def joins(self, role: Role) -> int:
        number = next(self._numbers)
        with Session(writing(self.engine)) as session, session.begin():
            account = Account(
                phone=f"+849140000{number:02}",
                name=f"Người {number}",
                password_hash="",
                language="vi",
                created_at=self.clock.now(),
            )
            session.add(account)
            session.flush()
            home = session.get_one(Cooperative, self.seeded.cooperative.id)
            cooperatives.enrol(session, cast("int", account.id), home, role)
            return cast("int", account.id)

    def carries_a_card(self, account: int, farm: int) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            session.add(
                EntryCard(
                    cooperative_id=cast("int", self.seeded.cooperative.id),
                    account_id=account,
                    farm_id=farm,
                    token_hash=f"hash {next(self._numbers)}",
                    pin_hash="",
                    created_at=self.clock.now(),
                    expires_at=self.clock.now() + timedelta(days=400),
                )
            )

    def chooses(self, account: int, *farms: int) -> None:
        home = cast("int", self.seeded.cooperative.id)
        principal = Principal(account, home, Role.FARMER, "vi", "")
        with Session(writing(self.engine)) as session, session.begin():
            ids = session.exec(select(Farm.public_id).where(col(Farm.id).in_(farms))).all()
            contacts.choose(session, principal, ids)

    def lets_help(self, account: int, helper: int, farm: int | None = None) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            session.add(
                HelpGrant(
                    cooperative_id=cast("int", self.seeded.cooperative.id),
                    account_id=account,
                    helper_id=helper,
                    farm_id=farm,
                    created_at=self.clock.now(),
                    expires_at=self.clock.now() + timedelta(days=7),
                )
            )


@pytest.fixture
def people(engine: Engine, clock: FixedClock, seeded: Seeded) -> People:
    return People(engine, clock, seeded)


def test_growers_of_that_farm_alone_hear_of_it_first(
    town: Town, people: People, seeded: Seeded
) -> None:
    here, there, both = (people.joins(Role.FARMER) for _one in range(3))
    people.carries_a_card(here, people.here)
    people.carries_a_card(there, people.elsewhere)
    people.carries_a_card(both, people.elsewhere)
    people.chooses(both, people.here, people.elsewhere)
    for account, address in ((here, "here"), (there, "there"), (both, "both")):
        town.reach(account, address)
    town.reach(seeded.farmer.account.id, "anywhere")
    town.opens(Kind.BURST, Severity.ACT)
    town.seconds(60)
    assert town.drawers[Channel.EMAIL].addresses == ["here", "both"]


def test_helpers_with_leave_and_managers_hear_of_it_after_five_minutes(
    town: Town, people: People, seeded: Seeded
) -> None:
    here, there = people.joins(Role.FARMER), people.joins(Role.FARMER)
    people.carries_a_card(here, people.here)
    people.carries_a_card(there, people.elsewhere)
    near, far, idle, other = (people.joins(Role.HELPER) for _one in range(4))
    people.lets_help(here, near, people.here)
    people.lets_help(here, other, people.elsewhere)
    people.lets_help(there, far)
    people.lets_help(seeded.manager.account.id or 0, idle)
    who = {"here": here, "near": near, "far": far, "idle": idle, "other": other}
    for address, account in who.items():
        town.reach(account, address)
    town.reach(seeded.manager.account.id, "manager")
    town.opens(Kind.BURST, Severity.ACT)
    town.seconds(280)
    assert town.drawers[Channel.EMAIL].addresses == ["here"]
    town.seconds(60)
    assert sorted(town.drawers[Channel.EMAIL].addresses) == ["here", "manager", "near"]


def test_what_reached_nobody_is_shown_to_the_manager_and_counted(
    app: FastAPI, town: Town, as_manager: TestClient, as_farmer: TestClient, seeded: Seeded
) -> None:
    town.reach(seeded.farmer.account.id, "away", Channel.ZALO)
    town.drawers[Channel.ZALO].away = True
    urgent = town.opens(Kind.BURST, Severity.ACT)
    town.seconds(280)
    assert "Chưa báo được" not in as_manager.get("/canh-bao").text
    town.seconds(60)
    for path in ("/canh-bao", f"/canh-bao/{urgent}"):
        assert "Chưa báo được cho ai" in as_manager.get(path).text
        assert "Chưa báo được cho ai" not in as_farmer.get(path).text
    with Session(app.state.engine) as session:
        assert outbox.unreached(session, town.clock.now()) == 1
    as_farmer.post(f"/canh-bao/{urgent}/da-biet")
    assert "Chưa báo được cho ai" not in as_manager.get("/canh-bao").text


@only_sqlite
def test_the_navigation_counts_what_nobody_has_taken(
    town: Town, as_farmer: TestClient, as_neighbour: TestClient
) -> None:
    assert 'class="count"' not in as_farmer.get("/nhat-ky").text
    urgent = town.opens(Kind.BURST, Severity.ACT)
    town.opens(Kind.CARD, Severity.WATCH)
    assert '<span class="count">2<' in as_farmer.get("/nhat-ky").text
    assert 'class="count"' not in as_neighbour.get("/nhat-ky").text
    as_farmer.post(f"/canh-bao/{urgent}/da-biet")
    assert '<span class="count">1<' in as_farmer.get("/nhat-ky").text


@only_sqlite
def test_an_alert_of_a_practice_garden_says_so(town: Town, as_farmer: TestClient) -> None:
    """The seeded box is a simulator."""
    alert = town.opens(Kind.BURST, Severity.ACT)
    assert 'class="sim"' in as_farmer.get(f"/canh-bao/{alert}").text
    assert "Vườn giả" in as_farmer.get("/canh-bao").text


STORIES = st.tuples(
    st.sampled_from(Severity),
    st.booleans(),  # whether a grower can be reached
    st.booleans(),  # whether a manager can
    st.lists(st.booleans(), min_size=4, max_size=4),  # which channels answer
    st.integers(0, 23),  # hours after eight in the morning
)


@pytest.fixture
def hasty(engine: Engine, town: Town) -> Town:
    event.listen(engine, "connect", without_waiting)
    engine.dispose()
    return town


@only_sqlite
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=STORIES)
def test_whatever_happens_somebody_hears_of_it_in_time_or_a_manager_sees_that_nobody_did(
    hasty: Town, seeded: Seeded, story: tuple[Severity, bool, bool, list[bool], int]
) -> None:
    town = hasty
    severity, grower, manager, answers, hours = story
    channels = dict(zip(Channel, answers, strict=True))
    forget(town)
    town.clock.advance(hours=hours, minutes=-town.clock.now().minute)
    for who, reached in ((seeded.farmer, grower), (seeded.manager, manager)):
        for channel in Channel if reached else ():
            town.reach(who.account.id, f"{who.account.id}{channel}", channel)
    for channel, drawer in town.drawers.items():
        drawer.away = not channels[channel]
    began = town.clock.now()
    alert = town.opens(Kind.BURST, severity)
    town.seconds(60)
    told = [at for one in town.drawers.values() for at, _to, topic in one.told if topic == alert]
    quiet = severity is Severity.WATCH and not 5.5 <= (began.hour + 7) % 24 < 21.5
    if (grower or manager) and any(answers) and not quiet:
        assert min(told) - began <= timedelta(seconds=60)
    else:
        assert told == []
    town.clock.advance(minutes=4)
    town.seconds(60)
    with Session(town.engine) as session:
        row = session.exec(select(Alert).where(Alert.public_id == alert)).one()
        unseen = outbox.unreached(session, town.clock.now()) > 0
        assert (row.escalated_at is not None) == (severity is Severity.ACT)
    goes_on = severity is Severity.WATCH and (grower or manager)  # it waits, or is tried again
    assert unseen == (not told and not goes_on)


def without_waiting(connection: DBAPIConnection, _record: object) -> None:
    """Nobody cuts the power here, and the disk is slow."""
    connection.cursor().execute("PRAGMA synchronous = OFF")


def forget(town: Town) -> None:
    """A new town for the next story, in the same database."""
    with Session(writing(town.engine)) as session, session.begin():
        for model in (Notice, Contact, Alert):
            for row in session.exec(select(model)).all():
                session.delete(row)
            session.flush()
    for drawer in town.drawers.values():
        drawer.told.clear()
