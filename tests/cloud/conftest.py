"""The cloud's test bench: both databases on today's schema, a fixed clock, browsers."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, make_url
from sqlmodel import Session, select

from cloud import keyring
from cloud.accounts import service as accounts
from cloud.accounts.models import Account
from cloud.app import create_app
from cloud.clock import SystemClock, unix_ms
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative, Farm, Greenhouse, Zone
from cloud.cooperatives.service import Planting
from cloud.db import make_engine, writing
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.devices.vault import open_vault
from cloud.lots.models import Lot
from cloud.principal import Principal, Role
from cloud.products import service as products
from cloud.products.bodies import ProductRequest
from cloud.products.rules import Action
from cloud.products.service import Listing
from cloud.schema import migrate
from cloud.settings import Settings
from cloud.telemetry.days import Level, bucket_of
from cloud.telemetry.models import Event, RollupDue, Sample
from tests.cloud.client import TestClient, one_loop
from tests.cloud.pictures import picture
from tests.cloud.postgres import POSTGRES_BIN, administer, empty, private_postgres
from wire.identity import Identity, new_identity

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD = "dưa lưới ngọt"
DEADLINE_S = 120.0  # starting a process on a busy machine takes its time


class FixedClock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = START
        self._mono = 0.0

    def now(self) -> datetime:
        return self._now

    def mono(self) -> float:
        return self._mono

    def advance(self, **units: float) -> None:
        step = timedelta(**units)
        self._now += step
        self._mono += step.total_seconds()


@dataclass(frozen=True)
class Member:
    """An account with its principal."""

    account: Account
    principal: Principal
    phone: str
    password: str = field(default=PASSWORD)


@dataclass(frozen=True)
class Seeded:
    """One cooperative with all that belongs to it, and a neighbour who must see none of it."""

    cooperative: Cooperative
    farm: Farm
    greenhouse: Greenhouse
    zones: tuple[Zone, ...]
    device: Device
    identity: Identity
    farmer: Member
    manager: Member
    neighbour: Member


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session", autouse=True)
def loop() -> Iterator[None]:
    with one_loop():
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "cloud", public_url="http://testserver", demo=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: the one of `$VUONSO_TEST_POSTGRES`, else a private one."""
    given = os.environ.get("VUONSO_TEST_POSTGRES")
    if given:
        yield given
        return
    if os.geteuid() != 0 or not (POSTGRES_BIN / "initdb").exists():
        pytest.skip("no PostgreSQL: set VUONSO_TEST_POSTGRES, or run as root on Debian with it")
    # Not below pytest's own folder: each further pytest run closes that to other users.
    with tempfile.TemporaryDirectory(prefix="vuonso-postgres-") as folder:
        yield from private_postgres(Path(folder))


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[Engine]:
    """One database of today's schema for all tests; each leaves it empty."""
    administer(postgres_url, "DROP DATABASE IF EXISTS vuonso_test WITH (FORCE)")
    administer(postgres_url, "CREATE DATABASE vuonso_test")
    database = make_url(postgres_url).set(database="vuonso_test")
    engine = make_engine(database.render_as_string(hide_password=False))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of today's schema, once on each kind of server."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "cloud.db")
        yield f"sqlite:///{tmp_path / 'cloud.db'}"
        return
    server: Engine = request.getfixturevalue("postgres")
    yield server.url.render_as_string(hide_password=False)
    with server.begin() as connection:
        empty(connection)


@pytest.fixture
def engine(database_url: str, settings: Settings) -> Iterator[Engine]:
    engine = make_engine(database_url)
    keyring.bind_to(engine, settings)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One open transaction; whatever is not committed by the test is rolled back."""
    with Session(writing(engine)) as session:
        yield session


@pytest.fixture
def app(settings: Settings, engine: Engine, clock: FixedClock) -> FastAPI:
    return create_app(settings, engine, clock)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser that is not logged in."""
    with _browser(app) as client:
        yield client


@pytest.fixture
def seeded(engine: Engine, settings: Settings, clock: FixedClock) -> Seeded:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        return _seed(session, settings, clock.now())


@pytest.fixture
def watered(engine: Engine, seeded: Seeded, clock: FixedClock) -> None:
    """Two days of the first zone: 48 hourly rows, 96 litres in 3 doses, soil at 0.30 m³/m³."""
    start = unix_ms(clock.now())
    place = {"device_id": seeded.device.id, "epoch": "e1", "boot": "b1", "zone_key": "z1"}
    metrics = {"litres": 2.0, "vwc": 0.30}
    dose = {"kind": "dose.ended", "data": {}, "chain": "00"}
    with Session(writing(engine)) as session, session.begin():
        for hour in range(48):
            ms = hour * 3_600_000
            row = {**place, "uptime_ms": ms, "wall_ms": start + ms, "quality": 2}
            session.add(Sample.model_validate({**row, "seq": hour, "metrics": metrics}))
            quarter = bucket_of(start + ms, Level.QUARTER)
            session.add(RollupDue(quarter=quarter, device_id=seeded.device.id))
            if hour % 16 == 0:
                session.add(Event.model_validate({**row, "seq": 100 + hour, **dose}))
    clock.advance(days=2)


@pytest.fixture
def log_in(app: FastAPI, seeded: Seeded) -> Callable[[Member], TestClient]:
    """A browser in which this member is logged in."""

    def enter(member: Member) -> TestClient:
        client = _browser(app)
        form = {"phone": member.phone, "password": member.password}
        answer = client.post("/dang-nhap", data=form, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return client

    assert seeded.cooperative.id is not None
    return enter


@pytest.fixture
def as_farmer(log_in: Callable[[Member], TestClient], seeded: Seeded) -> TestClient:
    return log_in(seeded.farmer)


@pytest.fixture
def as_manager(log_in: Callable[[Member], TestClient], seeded: Seeded) -> TestClient:
    return log_in(seeded.manager)


@pytest.fixture
def as_neighbour(log_in: Callable[[Member], TestClient], seeded: Seeded) -> TestClient:
    """The manager of another cooperative."""
    return log_in(seeded.neighbour)


@dataclass(frozen=True)
class Stall:
    """The market's bench: lots are harvested and put on the shelf in transactions of their own."""

    engine: Engine
    seeded: Seeded
    now: datetime

    def lot(self, quantity_g: int = 50_000, *, simulated: bool = False) -> Lot:
        """A lot by its facts, without the weeks in which it grew."""
        owner = self.seeded.manager.principal.cooperative_id
        evidence: dict[str, object] = {
            "litres": 1234.5,
            "doses": 31,
            "moisture_mean": 0.24,
            "days": 40,
            "samples": 900,
            "first_at": "2026-01-21T00:00:00Z",
            "last_at": "2026-03-02T00:00:00Z",
            "devices": (),
        }
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            count = len(session.exec(select(Lot.id)).all())
            lot = Lot(
                cooperative_id=owner,
                zone_id=cast("int", self.seeded.zones[0].id),
                code=f"L{count + 1}",
                product="Dưa lưới",
                gtin="08938500000010",
                harvested_on=self.now.date(),
                quantity_g=quantity_g,
                left_g=quantity_g,
                simulated=simulated,
                evidence=evidence,
                created_at=self.now,
            )
            session.add(lot)
        return lot

    def request(self, lot: Lot, **fields: object) -> ProductRequest:
        basis = {"lot": lot.public_id, "name": "Dưa lưới ruột cam", "pack_mass_g": 1_000}
        return ProductRequest.model_validate(basis | {"price": 35_000} | fields)

    def offer(self, packs: int = 50, *, simulated: bool = False, **fields: object) -> Listing:
        """So many packs of a kilogram with a picture, published unless said otherwise."""
        published = bool(fields.pop("publish", True))
        request = self.request(self.lot(packs * 1_000, simulated=simulated), **fields)
        who = self.seeded.manager.principal
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            made = products.create(session, who, request, self.now).product
            picture(session, made, self.seeded.manager.account)
            if published:
                products.act(session, who, made.public_id, Action.PUBLISH, self.now)
            return products.own_one(session, who, made.public_id)


@pytest.fixture
def stall(engine: Engine, seeded: Seeded, clock: FixedClock) -> Stall:
    """The seeded cooperative's shop, open and verified, with an empty shelf."""
    account = products.Account("Ngân hàng Thử", "970499", "0011223344", "HTX THU")
    with Session(writing(engine)) as session, session.begin():
        products.open_shop(session, seeded.cooperative, account, clock.now())
    return Stall(engine, seeded, clock.now())


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for a condition of the real world; a deadline ends the hope."""

    def wait(condition: Callable[[], bool]) -> None:
        clock, pause = SystemClock(), threading.Event()
        deadline = clock.mono() + DEADLINE_S
        while not condition():
            assert clock.mono() < deadline, "it never happened"
            pause.wait(0.02)

    return wait


def prove(client: TestClient) -> None:
    """Type the password once more, as what weighs much asks after a while."""
    answer = client.post("/tai-khoan/xac-nhan", data={"password": PASSWORD})
    assert answer.status_code == 200, answer.text


def _browser(app: FastAPI) -> TestClient:
    return TestClient(app, headers={"Origin": "http://testserver"}, raise_server_exceptions=False)


def _seed(session: Session, settings: Settings, now: datetime) -> Seeded:
    cooperative = cooperatives.create(session, "HTX Thử", "Xã Thử, Đắk Lắk", "+84262000001", now)
    other = cooperatives.create(session, "HTX Khác", "Xã Khác, Hà Nam", "+84226000001", now)
    farm = cooperatives.add_farm(session, cooperative, "Nhà cô Thử", "Thôn 1")
    greenhouse = cooperatives.add_greenhouse(session, farm, "Nhà màng 1", now)
    zones = tuple(
        cooperatives.add_zone(
            session, greenhouse, n, Planting(f"Khu {n}", "Dưa lưới", 200, date(2026, 2, 1))
        )
        for n in (1, 2)
    )
    identity = new_identity(("mqtt://127.0.0.1:1883",), simulated=True)
    device = devices.register(session, open_vault(settings), identity, greenhouse, now)
    for n, zone in enumerate(zones, 1):
        devices.bind_zone(session, zone, device, f"z{n}", now - timedelta(days=30))
    return Seeded(
        cooperative,
        farm,
        greenhouse,
        zones,
        device,
        identity,
        _member(session, cooperative, "0912000001", Role.FARMER, now),
        _member(session, cooperative, "0912000002", Role.MANAGER, now),
        _member(session, other, "0912000003", Role.MANAGER, now),
    )


def _member(
    session: Session, cooperative: Cooperative, phone: str, role: Role, now: datetime
) -> Member:
    account = Account(
        phone=f"+84{phone[1:]}",
        name="Người thử",
        password_hash=_password_hash(),
        language="vi",
        created_at=now,
    )
    session.add(account)
    session.flush()
    cooperatives.enrol(session, cast("int", account.id), cooperative, role)
    principal = Principal(
        cast("int", account.id), cast("int", cooperative.id), role, account.language, account.name
    )
    return Member(account, principal, phone)


@cache
def _password_hash() -> str:
    """One slow hash for all tests, not three for each."""
    return accounts.hash_password(PASSWORD)
