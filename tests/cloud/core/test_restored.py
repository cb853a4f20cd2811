"""A backup that is put back revives nobody and nothing that was ended since it was made."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

from cloud import keyring
from cloud.accounts.models import Account, LoginSession
from cloud.accounts.sessions import end_others
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.cards.models import EntryCard
from cloud.cards.service import revoke
from cloud.cooperatives.models import Membership
from cloud.db import make_engine, writing
from cloud.devices.models import Device
from cloud.joining.moving import strike_off
from cloud.journal import Journal, Keeper
from cloud.lots import service as lots
from cloud.lots.models import Lot
from cloud.media.store import Store
from cloud.members import service as members
from cloud.orders import buyers
from cloud.orders import service as orders
from cloud.orders.models import OrderRequest
from cloud.privacy import service as privacy
from cloud.restored import Report, make_safe
from cloud.settings import Settings
from cloud.stamps import service as stamps
from cloud.stamps.models import Issuance, IssuanceState, StampVoid
from cloud.stamps.rules import Range
from cloud.stamps.service import Wish
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded, Stall
from tests.cloud.told import tell_everything

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

T = TypeVar("T")
M = TypeVar("M", bound=SQLModel)
BUYER = {"name": "Chị Mua", "phone": "0912345678", "address": "12 Phố Huế, Hà Nội"}


@dataclass
class Shelter:
    """A database with its journal, and the copy that was made of it some time ago."""

    engine: Engine
    folder: Path
    clock: FixedClock
    old: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.old = make_engine(f"sqlite:///{self.folder / 'old.db'}")
        keyring.bind(self.old, self.folder / "cloud" / "secrets")
        self.journal = Journal(self.folder / "journal.jsonl")
        self.keeper = Keeper(self.engine, self.journal)

    def do(self, deed: Callable[[Session], T], engine: Engine | None = None) -> T:
        """Something happens, and a moment later the journal knows."""
        target = writing(engine or self.engine)
        with Session(target, expire_on_commit=False) as session, session.begin():
            done = deed(session)
        self.keeper.look()
        return done

    def back_up(self) -> None:
        with (
            closing(sqlite3.connect(str(self.engine.url.database))) as source,
            closing(sqlite3.connect(self.folder / "old.db")) as target,
        ):
            source.backup(target)
        self.clock.advance(hours=1)

    def put_back(self, *, journal: bool = True) -> Report:
        lines = self.journal.lines() if journal else None
        return self.do(lambda session: make_safe(session, lines, self.clock.now()), self.old)

    def found(self, model: type[M]) -> list[M]:
        """What stands in the database that was put back."""
        with Session(self.old) as session:
            return list(session.exec(select(model)).all())


@pytest.fixture
def shelter(engine: Engine, tmp_path: Path, clock: FixedClock) -> Iterator[Shelter]:
    shelter = Shelter(engine, tmp_path, clock)
    yield shelter
    shelter.old.dispose()


@pytest.fixture
def lot(stall: Stall, engine: Engine, settings: Settings) -> Lot:
    lot = stall.lot()
    with Session(writing(engine)) as session, session.begin():
        manager = stall.seeded.manager.principal
        tell_everything(session, manager, lot, Store(settings.data_dir), stall.now)
    return lot


@pytest.fixture
def issue(
    shelter: Shelter, lot: Lot, seeded: Seeded, settings: Settings
) -> Callable[[Engine | None], Issuance]:
    """Ten stamps of the lot, in the one database or the other."""
    press, manager = stamps.open_press(settings), seeded.manager.principal

    def make(engine: Engine | None = None) -> Issuance:
        now = shelter.clock.now()
        return shelter.do(
            lambda session: stamps.issue(session, manager, lot.public_id, Wish(10), press, now),
            engine,
        )

    return make


Issue = Callable[..., Issuance]


def test_a_serial_that_may_be_on_paper_is_never_printed_again(
    shelter: Shelter, issue: Issue, settings: Settings
) -> None:
    vault = stamps.open_press(settings).vault

    def serial(engine: Engine, issuance: Issuance) -> str:
        with Session(engine) as session:
            return stamps.first(session, vault, issuance).serial

    issue()
    shelter.back_up()
    lost = issue()
    on_paper = serial(shelter.engine, lost)
    report = shelter.put_back()
    fresh = issue(shelter.old)
    assert cast("int", fresh.id) == cast("int", lost.id) + stamps.SKIPPED
    assert serial(shelter.old, fresh) != on_paper
    assert [line.subject for line in report.gone] == [f"issuance:{lost.public_id}"]
    with Session(shelter.old) as session:
        assert stamps.find_stamp(session, vault, on_paper) is None, "it leads nowhere, not astray"


def _stamps_are_as_they_were_left(shelter: Shelter, lot: Lot) -> None:
    """One run void, some of another torn, and their lot recalled."""
    states = [one.state for one in shelter.found(Issuance)]
    assert states == [IssuanceState.VOID, IssuanceState.ACTIVE]
    assert [(one.first, one.last) for one in shelter.found(StampVoid)] == [(0, 9), (2, 4)]
    assert [one.recalled for one in shelter.found(Lot) if one.id == lot.id] == [True]


def test_what_was_ended_since_is_ended_again(
    shelter: Shelter, seeded: Seeded, issue: Issue, stall: Stall, lot: Lot
) -> None:
    issuance, torn, card, clock = issue(), issue(), _card(shelter, seeded), shelter.clock
    listing = stall.offer()
    wish = {"product": listing.product.public_id, "quantity": 1, "key": "k" * 16}
    request = OrderRequest.model_validate(BUYER | wish)
    place = partial(orders.place, request=request, now=clock.now(), simulated=False)
    order, manager = shelter.do(place).order.public_id, seeded.manager.principal
    shelter.back_up()

    def end(session: Session) -> None:
        now = clock.now()
        stamps.void(session, manager, issuance.public_id, now)
        stamps.void(session, manager, torn.public_id, now, Range(2, 4), "rách")
        lots.recall(session, manager, lot.public_id, "phun nhầm thuốc", now)
        revoke(session, manager, card.public_id, now)
        strike_off(session, manager, seeded.device.id, now)
        buyers.ask_erasure(session, order, now)
        members.remove(session, manager, seeded.farmer.account.public_id, now)

    shelter.do(end)
    report = shelter.put_back()
    assert {line.action for line in report.again} >= {
        AuditAction.STAMPS_VOIDED,
        AuditAction.LOT_RECALLED,
        AuditAction.CARD_REVOKED,
        AuditAction.DEVICE_STRUCK_OFF,
        AuditAction.MEMBER_REMOVED,
    }
    _stamps_are_as_they_were_left(shelter, lot)
    assert [one.expires_at <= clock.now() for one in shelter.found(EntryCard)] == [True]
    assert [one.struck_off_at is not None for one in shelter.found(Device)] == [True]
    farmer = seeded.farmer.principal.account_id
    assert farmer not in {one.account_id for one in shelter.found(Membership)}
    with Session(shelter.old) as session:
        assert audit.breaks(session) == []
    again = shelter.put_back()
    assert {line.action for line in again.again} <= {line.action for line in report.again}
    assert len(shelter.found(Issuance)) == 2


def test_who_was_erased_stays_erased(shelter: Shelter, seeded: Seeded, clock: FixedClock) -> None:
    shelter.back_up()
    shelter.do(lambda session: privacy.erase(session, seeded.farmer.principal, clock.now()))
    shelter.put_back()
    farmer = next(
        one for one in shelter.found(Account) if one.id == seeded.farmer.principal.account_id
    )
    assert (farmer.name, farmer.password_hash, farmer.active) == ("", "", False)
    assert farmer.phone.startswith("erased:")


def test_a_browser_that_was_logged_out_stays_so_and_the_others_stay_in(
    shelter: Shelter, seeded: Seeded, log_in: Callable[..., TestClient], clock: FixedClock
) -> None:
    log_in(seeded.farmer), log_in(seeded.farmer), log_in(seeded.manager)
    shelter.back_up()
    shelter.do(
        lambda session: end_others(session, seeded.farmer.principal, "none of them", clock.now())
    )
    shelter.put_back()
    kept = [one.account_id for one in shelter.found(LoginSession)]
    assert kept == [seeded.manager.principal.account_id]


def test_without_a_journal_everybody_logs_in_again(
    shelter: Shelter, seeded: Seeded, log_in: Callable[..., TestClient]
) -> None:
    log_in(seeded.farmer)
    shelter.back_up()
    shelter.put_back(journal=False)
    assert shelter.found(LoginSession) == []


def test_the_journal_names_nobody_and_is_for_its_owner_alone(
    shelter: Shelter, seeded: Seeded, clock: FixedClock
) -> None:
    shelter.do(lambda session: privacy.erase(session, seeded.farmer.principal, clock.now()))
    text = shelter.journal.path.read_text(encoding="utf-8")
    assert seeded.farmer.account.public_id in text
    for secret in (seeded.farmer.account.name, seeded.farmer.phone[1:], "password"):
        assert secret not in text
    assert shelter.journal.path.stat().st_mode & 0o077 == 0


def test_half_a_line_after_a_power_cut_is_passed_over_and_nothing_is_written_twice(
    shelter: Shelter, seeded: Seeded, clock: FixedClock
) -> None:
    shelter.do(lambda session: privacy.erase(session, seeded.farmer.principal, clock.now()))
    with shelter.journal.path.open("ab") as file:
        file.write(b'\n{"at":"2026-')
    before = shelter.journal.lines()
    assert Keeper(shelter.engine, shelter.journal).look() == 0
    shelter.do(
        lambda session: strike_off(
            session, seeded.manager.principal, seeded.device.id, clock.now()
        )
    )
    assert [line.action for line in shelter.journal.lines()[len(before) :]] == [
        AuditAction.DEVICE_STRUCK_OFF
    ]


def _card(shelter: Shelter, seeded: Seeded) -> EntryCard:
    now = shelter.clock.now()
    card = EntryCard(
        cooperative_id=cast("int", seeded.cooperative.id),
        account_id=seeded.farmer.principal.account_id,
        farm_id=cast("int", seeded.farm.id),
        token_hash="t",
        pin_hash="p",
        created_at=now,
        expires_at=now.replace(year=now.year + 1),
    )
    shelter.do(lambda session: session.add(card))
    return card
