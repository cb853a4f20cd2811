"""A cooperative with one of everything, its people in every role, and a stranger to all of it.

Whoever adds a route with a new kind of id or body adds one line here; the suite says which.
"""

import hashlib
import itertools
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import httpx2
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.accounts.models import Account, HelpGrant, LoginSession
from cloud.cards import service as cards
from cloud.cards.models import CardForm, EntryCard
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative, Membership
from cloud.db import writing
from cloud.greenhouses.stream import GreenhouseSource
from cloud.lots.models import Lot
from cloud.members import service as members
from cloud.members.models import Invitation, InviteForm
from cloud.money import feeds
from cloud.orders.models import Order
from cloud.principal import Role
from cloud.products.models import Product
from cloud.tables import METADATA
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Member, Seeded
from tests.cloud.walls import opinions, samples, shipped, wares
from tests.cloud.walls.rows import Row

Body = Mapping[str, object]
Rows = dict[str, list[str]]
Sample = samples.Sample

ORIGIN = "http://testserver"
ANYONE = "anyone"
FOREIGN = "foreign"
MANY: dict[str, type[Lot] | type[Product] | type[Order]] = {
    "lot": Lot,
    "product": Product,
    "order": Order,
}
ACTORS = (ANYONE, *Role)
_UNWATCHED = frozenset({"login_session"})  # the harness itself logs people in


class ShortStreams:
    """Streams that end after their first word: a browser that closes the page."""

    async def watch(self, _key: object, source: GreenhouseSource) -> AsyncIterator[bytes]:
        yield source.state().encode()


@dataclass
class World:
    """Everything a route can name, and hands to knock with."""

    app: FastAPI
    engine: Engine
    seeded: Seeded
    people: dict[str, Account]
    ids: dict[str, str] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def address(self, row: Row, **others: str) -> str:
        """The row's path with the cooperative's own ids in it."""
        return row.path.format_map({**self.ids, **others})

    def addresses(self, row: Row) -> list[str]:
        """The row's path once for each lot, product or order there is, else once."""
        varied = next((name for name in MANY if f"{{{name}}}" in row.path), None)
        if varied is None:
            return [self.address(row)]
        with Session(self.engine) as session:
            ids = session.exec(select(MANY[varied].public_id)).all()
        return [self.address(row, **{varied: one}) for one in ids]

    def body(self, row: Row) -> dict[str, object] | None:
        """A body the route accepts; each with a key and a lot of its own."""
        return None if row.body is None else self._samples()[row.body.__name__]()

    def names_own(self, row: Row) -> bool:
        """Whether address or body names something of the cooperative."""
        body = self.body(row) or {}
        return "{" in row.path or any(value in self.ids.values() for value in body.values())

    def send(
        self,
        who: str,
        row: Row,
        *,
        body: object = None,
        address: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """One request in a browser (or a program) of this person, never following a redirect."""
        client = TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)
        if who != ANYONE:
            client.cookies.set("sid", self.session_of(who))
        given = {"Origin": ORIGIN} if headers is None else headers
        content: dict[str, object] = {}
        if body is not None:
            content = {"content": body} if isinstance(body, bytes) else {_kind(row): body}
        if isinstance(body, bytes):
            given = {"Content-Type": "application/json", **given}
        return client.request(
            row.method,
            address or self.address(row),
            headers=dict(given),
            **content,  # type: ignore[arg-type]  # json, data or content
        )

    def contents(self, unwatched: Collection[str] = _UNWATCHED) -> Rows:
        """All rows of all tables, to see whether a request changed any."""
        with self.engine.connect() as connection:
            return {
                table.name: sorted(repr(row) for row in connection.execute(sa.select(table)))
                for table in METADATA.sorted_tables
                if table.name not in unwatched
            }

    def session_of(self, who: str) -> str:
        """The token of this person's session; a new one where they were logged out meanwhile."""
        token = self._tokens.get(who, "")
        with Session(self.engine) as session:
            if session.exec(_session_with(token)).first() is None:
                token = self._tokens[who] = self._log_in(self.people[who])
        return token

    def fresh_lot(self) -> str:
        body = {
            "zone": self.ids["zone_id"],
            "product": f"Dưa {next(self._numbers)}",
            "quantity_g": 50_000,
        }
        return self._made("POST", "/api/v1/lots", body)

    def furnish(self) -> None:
        """One of everything, made the way its people make it."""
        seeded = self.seeded
        self.ids |= {
            "greenhouse_id": seeded.greenhouse.public_id,
            "zone_id": seeded.zones[0].public_id,
            "gtin": "08938500000010",
            "token": "no-such-token",
            "farm": seeded.farm.public_id,
            "member": seeded.farmer.account.public_id,
            "device": seeded.device.id,
            "joining_id": samples.waiting_device(self.engine, seeded),
            "photo": samples.photo(self.app.state.store, self.engine, seeded),
            "recording": samples.recording(self.app.state.store, self.engine, seeded),
            "alert_id": samples.alert(self.engine, seeded),
            "entry": samples.entry(self.engine, seeded),
        }
        self.ids["invitation"] = self._invite()
        self.ids |= {"card": self._card(), "login": self._logged_in()}
        helper, manager = self.people[Role.HELPER], self.people[Role.MANAGER]
        self.ids |= {
            "grant": self._grant(manager, helper),
            "helped": self._grant(seeded.farmer.account, manager),
        }
        self.ids["spare_lot"] = self.fresh_lot()
        lot = self.ids["lot"] = self.fresh_lot()
        self.ids["command_id"] = self._made(
            "POST", f"/api/v1/greenhouses/{self.ids['greenhouse_id']}/stop", {"key": self.key()}
        )
        issuance = self._answer("POST", f"/api/v1/lots/{lot}/stamps", {"quantity": 3})
        self.ids |= {"issuance": str(issuance["id"]), "serial": str(issuance["first_serial"])}
        self._answer("POST", f"/api/v1/issuances/{issuance['id']}/activate", {})
        self.ids |= samples.stamps(self.engine, self.seeded, self.ids)
        self.ids |= samples.programs(self.engine, self.seeded)
        self._open_stall(lot)

    def _open_stall(self, lot: str) -> None:
        self.ids["product"] = self._made("POST", "/api/v1/products", self._product(lot))
        self.ids |= wares.goods(
            self.engine, self.seeded, self.ids["product"], self.app.state.store
        )
        self._made("POST", f"/api/v1/products/{self.ids['product']}/publish", {})
        self.ids |= wares.market(self.engine, self.ids["product"])
        self.ids["order"] = self._made("POST", "/api/v1/orders", self._order(self.ids["product"]))
        self.ids |= opinions.rows(self.engine, self.ids["product"])
        vault = feeds.open_vault(self.app.state.settings)
        self.ids |= samples.account(self.engine, self.seeded, vault)
        self.ids |= shipped.rows(self.engine, self.seeded)
        self.ids |= wares.channel(self.engine, self.seeded)

    def key(self) -> str:
        return f"key-of-a-test-{next(self._numbers):08}"

    def _samples(self) -> dict[str, Sample]:
        ids = self.ids
        return {
            **samples.harvests(ids, self.key),
            "IssueForm": lambda: {"quantity": 2, "key": self.key()},
            "IssueBody": lambda: {"quantity": 2, "key": self.key()},
            **samples.evidence(ids, self.key),
            "ProductRequest": lambda: self._product(ids["spare_lot"]),
            **wares.selling(ids, self.key),
            **wares.carts(self.key),
            "OrderRequest": lambda: self._order(ids["product"]),
            "StepForm": lambda: {"step": "confirm"},
            "MoneyForm": lambda: {"amount": 1_000, "key": self.key()},
            **self._commands(),
            **self._places(),
            "InviteForm": lambda: {"name": "Anh Tư", "role": "editor"},
            "RoleForm": lambda: {"role": "packer"},
            **self._ways_in(),
            **samples.own_data(),
            **samples.joining(self.seeded.greenhouse.public_id),
            **samples.growing(),
            **samples.diary(self.ids["zone_id"], self.key),
            **samples.money(self.key),
            **shipped.forms(ids),
            **wares.switched(),
            **opinions.forms(ids),
        }

    def _commands(self) -> dict[str, Sample]:
        return {
            "WaterForm": lambda: {"key": self.key(), "minutes": 5},
            "WaterBody": lambda: {"key": self.key(), "litres": 5.0},
            "CommandForm": lambda: {"key": self.key(), "back": "/vuon"},
            "PauseForm": lambda: {"key": self.key(), "back": "/vuon", "lasts": "hour"},
            "PauseBody": lambda: {"key": self.key(), "minutes": 60},
            "KeyBody": lambda: {"key": self.key()},
        }

    def _invite(self) -> str:
        with Session(writing(self.engine)) as session, session.begin():
            wish = InviteForm(name="Anh Ba", role=Role.HELPER)
            members.invite(session, self.seeded.manager.principal, wish, START)
            return session.exec(select(Invitation)).one().public_id

    def _places(self) -> dict[str, Sample]:
        farm: dict[str, object] = {"name": "Nhà cô Tư", "address": "Thôn 2, xã Thử"}
        return {
            "CooperativeForm": lambda: {**farm, "phone": "0262000009"},
            "FarmForm": lambda: dict(farm),
            "GreenhouseForm": lambda: {"name": "Nhà màng 7"},
            "ZoneForm": lambda: {
                "name": "Khu 7",
                "crop": "Dưa lưới",
                "plants": 60,
                "planted_on": START.date().isoformat(),
            },
            "FarmerForm": lambda: {"name": "Chị Năm"},
        }

    def _ways_in(self) -> dict[str, Sample]:
        card = {"farm": self.seeded.farm.public_id, "pin": "739104", "again": "739104"}
        return {
            "LoginForm": lambda: {"phone": "0912999999", "password": "sai rồi nhé"},
            "ProofForm": lambda: {"password": "sai rồi nhé"},
            "CardForm": lambda: dict(card),
            "AskForm": lambda: {"phone": "0912999999"},
            "CodeForm": lambda: {"code": "604931"},
            "NewPasswordForm": lambda: {"new": "mây trắng gió hiền"},
            "NewPinForm": lambda: {
                "card": "nobody's",
                "old": "604931",
                "pin": "739104",
                "again": "739104",
            },
            "PinForm": lambda: {"pin": "604931"},
            "HelpForm": lambda: {"lasts": "week"},
            "HelpCodeForm": lambda: {"code": "no code"},
            "PasswordForm": lambda: {"old": "sai rồi nhé", "new": "mây trắng gió hiền"},
        }

    def _card(self) -> str:
        """A card of the farmer's."""
        form = CardForm.model_validate(self._samples()["CardForm"]())
        farmer = self.seeded.farmer.account.public_id
        with Session(writing(self.engine)) as session, session.begin():
            cards.issue(
                session, self.seeded.manager.principal, farmer, form, self.app.state.hashes, START
            )
            return session.exec(select(EntryCard.public_id)).one()

    def _grant(self, helped: Account, helper: Account) -> str:
        """That one of the cooperative lets another help."""
        with Session(writing(self.engine)) as session, session.begin():
            grant = HelpGrant(
                cooperative_id=self.seeded.manager.principal.cooperative_id,
                account_id=cast("int", helped.id),
                helper_id=cast("int", helper.id),
                created_at=START,
                expires_at=START + timedelta(days=30),
            )
            session.add(grant)
            return grant.public_id

    def _logged_in(self) -> str:
        """A browser in which the manager is logged in."""
        self._log_in(self.people[Role.MANAGER])
        with Session(self.engine) as session:
            return session.exec(select(LoginSession.public_id)).one()

    def _product(self, lot: str) -> dict[str, object]:
        return {
            "lot": lot,
            "name": "Dưa lưới ruột cam",
            "pack_mass_g": 1_000,
            "price": 45_000,
            "description_vi": "Ngọt",
            "description_en": "Sweet",
        }

    def _buyer(self) -> dict[str, object]:
        return {
            "name": "Nguyễn Thị Hoa",
            "phone": "0912345678",
            "address": "12 Lê Lợi, phường Bến Thành",
            "key": self.key(),
        }

    def _order(self, product: str) -> dict[str, object]:
        return {**self._buyer(), "product": product, "quantity": 1}

    def _made(self, method: str, path: str, body: Body) -> str:
        return str(self._answer(method, path, body)["id"])

    def _answer(self, method: str, path: str, body: Body) -> dict[str, object]:
        row = Row(method, path, "", None, form=False, queries=())
        answer = self.send(Role.MANAGER, row, body=body, address=path)
        assert answer.status_code < 300, (path, answer.text)
        made: dict[str, object] = answer.json()
        return made

    def _log_in(self, account: Account) -> str:
        """A session of this account; logging in by password is tested elsewhere."""
        token = f"token-{next(self._numbers)}"
        with Session(writing(self.engine)) as session, session.begin():
            home = session.exec(
                select(Membership).where(Membership.account_id == account.id)
            ).one()
            session.add(
                LoginSession(
                    token_hash=_hashed(token),
                    account_id=cast("int", account.id),
                    cooperative_id=home.cooperative_id,
                    browser="Android · Chrome",
                    proved_at=START,
                    created_at=START,
                    seen_at=START,
                    expires_at=START + timedelta(days=900),
                )
            )
        return token


def populate(engine: Engine, seeded: Seeded) -> dict[str, Account]:
    """One person for each role, beside the neighbour who has all rights somewhere else."""
    people = {FOREIGN: seeded.neighbour.account}
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        for number, role in enumerate(Role):
            people[role] = _person(session, seeded.cooperative, seeded.farmer, number, role)
    return people


def _person(
    session: Session, cooperative: Cooperative, like: Member, number: int, role: Role
) -> Account:
    account = Account(
        phone=f"+8491300000{number}",
        name=f"Người {role}",
        password_hash=like.account.password_hash,
        language="vi",
        created_at=START,
    )
    session.add(account)
    session.flush()
    cooperatives.enrol(session, cast("int", account.id), cooperative, role)
    return account


def _session_with(token: str) -> SelectOfScalar[LoginSession]:
    return select(LoginSession).where(LoginSession.token_hash == _hashed(token))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _kind(row: Row) -> str:
    return "data" if row.form else "json"
