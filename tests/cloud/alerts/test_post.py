"""An alert reaches its people within the minute, or others within five, and leaks nothing."""

import logging
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.alerts import contacts, post
from cloud.alerts.models import Channel, Contact, Notice
from cloud.alerts.watch import look_round
from cloud.clock import Clock
from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.settings import Settings
from tests.cloud.alerts.letterbox import Letterbox
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind

SENDER = "vuon@example.vn"
FARMER, MANAGER = "nong.dan@example.vn", "quan.ly@example.vn"


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with Letterbox() as box:
        yield box


@pytest.fixture
def mailing(settings: Settings, box: Letterbox) -> Settings:
    return settings.model_copy(update={"smtp_url": SecretStr(box.url), "smtp_from": SENDER})


class Town:
    """The rounds of the service, one after the other, as the scheduler calls them."""

    def __init__(self, garden: Garden, clock: FixedClock, settings: Settings) -> None:
        self.garden, self.engine, self.clock = garden, garden.engine, clock
        self.office = post.office(settings, clock)

    def seconds(self, count: int) -> None:
        for _ in range(0, count, post.EVERY_S):
            self.clock.advance(seconds=post.EVERY_S)
            self.garden.sample(fill=0.8)
            look_round(self.engine, self.clock.now())
            post.deliver(self.engine, self.clock.now(), self.office)

    def notices(self) -> list[Notice]:
        with Session(self.engine) as session:
            return list(session.exec(select(Notice).order_by(col(Notice.id))))


@pytest.fixture
def town(garden: Garden, clock: FixedClock, mailing: Settings) -> Town:
    return Town(garden, clock, mailing)


def reach(engine: Engine, member: Member, address: str, clock: Clock) -> None:
    contact = Contact(
        cooperative_id=member.principal.cooperative_id,
        account_id=member.principal.account_id,
        channel=Channel.EMAIL,
        address=address,
        code="",
        code_until=clock.now(),
        confirmed_at=clock.now(),
    )
    with Session(writing(engine)) as session, session.begin():
        session.add(contact)


@pytest.fixture
def burst(engine: Engine, seeded: Seeded, clock: FixedClock, garden: Garden) -> Callable[[], None]:
    """Both can be reached, and the first zone's pipe can burst."""
    reach(engine, seeded.farmer, FARMER, clock)
    reach(engine, seeded.manager, MANAGER, clock)
    return lambda: garden.event(EventKind.FAULT, fault="burst", flow_lpm=20.0)


def readers(box: Letterbox) -> list[str]:
    return [str(mail["To"]) for mail in box.mails]


def test_a_grower_reads_of_it_within_a_minute(
    town: Town, box: Letterbox, burst: Callable[[], None], seeded: Seeded
) -> None:
    burst()
    town.seconds(60)
    assert readers(box) == [FARMER]
    (mail,) = box.mails
    zone, house = seeded.zones[0].name, seeded.greenhouse.name
    assert mail["Subject"] == f"{house}: {zone}: Nước chảy quá mạnh, có thể vỡ ống."
    assert mail["From"] == SENDER
    text = mail.get_content()
    assert "- Khóa van tổng trước." in text
    assert "http://testserver/canh-bao/" in text


def test_what_nobody_acknowledges_reaches_the_manager_after_five_minutes(
    town: Town, box: Letterbox, burst: Callable[[], None]
) -> None:
    burst()
    town.seconds(300)
    assert readers(box) == [FARMER]
    town.seconds(40)
    assert readers(box) == [FARMER, MANAGER]
    town.seconds(3600)
    assert len(box.mails) == 2


def test_what_somebody_acknowledges_goes_no_further(
    town: Town, box: Letterbox, burst: Callable[[], None], as_farmer: TestClient
) -> None:
    burst()
    town.seconds(60)
    path = box.mails[0].get_content().rsplit("http://testserver", 1)[1].strip()
    assert as_farmer.post(f"{path}/da-biet").status_code == 200
    town.seconds(600)
    assert readers(box) == [FARMER]


def test_a_mail_server_that_is_busy_is_tried_again(
    town: Town, box: Letterbox, burst: Callable[[], None]
) -> None:
    box.refusal = "451 later"
    burst()
    town.seconds(60)
    assert box.mails == []
    (notice,) = town.notices()
    assert (notice.tries, notice.reason, notice.over_at) == (3, "refused", None)
    box.refusal = ""
    town.seconds(60)
    assert readers(box) == [FARMER]


def test_an_address_that_is_none_is_given_up_and_the_manager_told_all_the_same(
    town: Town, box: Letterbox, burst: Callable[[], None]
) -> None:
    box.refusal = "550 nobody of that name"
    burst()
    town.seconds(20)
    (notice,) = town.notices()
    assert (notice.tries, notice.reason) == (1, "refused")
    assert notice.over_at is not None
    box.refusal = ""
    town.seconds(340)
    assert readers(box) == [MANAGER]


def test_a_server_that_is_not_there_holds_nothing_up_and_neither_name_nor_secret_is_logged(
    garden: Garden,
    clock: FixedClock,
    settings: Settings,
    burst: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = "smtp://someone:very-secret@127.0.0.1:1"
    away = settings.model_copy(update={"smtp_url": SecretStr(url), "smtp_from": SENDER})
    town = Town(garden, clock, away)
    burst()
    with caplog.at_level(logging.DEBUG):
        town.seconds(40)
    assert [notice.reason for notice in town.notices()] == ["ConnectionRefusedError"]
    assert "is not delivered" in caplog.text
    assert "very-secret" not in caplog.text + repr(away) + str(away)
    assert FARMER not in caplog.text


def test_without_a_server_nothing_is_sent_and_nothing_fails(
    garden: Garden, clock: FixedClock, settings: Settings, burst: Callable[[], None]
) -> None:
    town = Town(garden, clock, settings)
    assert town.office.channels == {}
    burst()
    town.seconds(60)
    assert [notice.tries for notice in town.notices()] == [0]


@pytest.mark.parametrize(
    ("url", "sender"), [("mail.example.vn", SENDER), ("smtp://mail.example.vn", "nobody")]
)
def test_a_server_that_cannot_be_one_is_refused_at_the_start(
    settings: Settings, clock: FixedClock, url: str, sender: str
) -> None:
    wrong = settings.model_copy(update={"smtp_url": SecretStr(url), "smtp_from": sender})
    with pytest.raises(ConfigurationError):
        post.office(wrong, clock)


def test_an_address_is_believed_once_its_code_comes_back(
    town: Town, box: Letterbox, seeded: Seeded, engine: Engine
) -> None:
    who, clock = seeded.farmer.principal, town.clock
    with Session(writing(engine)) as session, session.begin():
        contacts.ask(session, who, FARMER, clock.now())
    town.seconds(20)
    code = box.mails[0].get_content().split()[0]
    wrong = "000000" if code != "000000" else "111111"
    with Session(writing(engine)) as session, session.begin():
        assert not contacts.confirm(session, who, wrong, clock.now())
        assert contacts.confirm(session, who, code, clock.now())
        assert not contacts.confirm(session, who, code, clock.now())
    town.seconds(60)
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    "address", ["no address", "a@b", "a@b.vn, c@d.vn", "a@b.vn\nBcc: c@d.vn", "<a@b.vn>"]
)
def test_what_would_be_no_address_or_two_is_refused(
    session: Session, seeded: Seeded, clock: FixedClock, address: str
) -> None:
    with pytest.raises(contacts.BadAddress):
        contacts.ask(session, seeded.farmer.principal, address, clock.now())


def test_a_code_is_old_after_a_quarter_of_an_hour(
    session: Session, seeded: Seeded, clock: FixedClock
) -> None:
    who = seeded.farmer.principal
    contacts.ask(session, who, FARMER, clock.now())
    contact = contacts.own(session, who)
    assert contact is not None
    clock.advance(minutes=15)
    assert not contacts.confirm(session, who, contact.code, clock.now())


def test_who_leaves_is_told_no_more(
    town: Town, box: Letterbox, burst: Callable[[], None], seeded: Seeded
) -> None:
    burst()
    look_round(town.engine, town.clock.now())
    with Session(writing(town.engine)) as session, session.begin():
        contacts.leave(session, seeded.farmer.principal)
    town.seconds(60)
    assert box.mails == []
