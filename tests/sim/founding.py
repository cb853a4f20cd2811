"""What there is before a run: a migrated database, a cooperative, houses and their boards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

from sqlmodel import Session, select

from cloud.accounts.models import Account
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Greenhouse, Zone
from cloud.cooperatives.service import Planting
from cloud.db import make_engine, writing
from cloud.devices import service as devices
from cloud.devices.vault import Vault, open_vault
from cloud.growing import service as growing
from cloud.principal import Principal, Role
from cloud.products import service as products
from cloud.schema import migrate
from cloud.settings import Settings
from cloud.stamps.service import Press, open_press
from edge.config import FlowMeter
from edge.control import Strategy
from firmware_sim.scenario import FLOW_PIN, House, Scenario, Title
from firmware_sim.scenario import Zone as Row
from tests.sim.clocks import START
from tests.sim.house import Site, first_settings
from wire.identity import Identity, new_identity

PULSES = 90.0
"""Fewer than a real meter's, so that a run need not fire five times as many edges."""


@dataclass(frozen=True)
class Plot:
    """A greenhouse as people see it, and its device."""

    greenhouse: str
    zones: tuple[str, ...]
    device: str


@dataclass(frozen=True)
class Cooperative:
    """Who asks, and for what."""

    manager: Principal
    zone_id: int
    plots: tuple[Plot, ...]
    vault: Vault
    press: Press


def template(folder: Path) -> Path:
    """An empty database of today's schema, to be copied for each run."""
    path = folder / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


def sites(count: int, seed: int) -> list[Site]:
    """Boards as various as their owners; their identities are the only part not of the seed."""
    return [_site(Random(f"{seed}/site/{number}"), number) for number in range(count)]


def found(database: Path, folder: Path, built: list[Site]) -> Cooperative:
    """Write the cooperative, its people and its devices down."""
    settings = Settings(data_dir=folder / "cloud", public_url="http://testserver", demo=True)
    vault, engine = open_vault(settings), make_engine(f"sqlite:///{database}")
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        coop = cooperatives.create(session, "HTX Thử", "Xã Thử, Đắk Lắk", "+84262000001", START)
        manager = _manager(session, cast("int", coop.id), START)
        cooperatives.enrol(session, manager.account_id, coop, Role.MANAGER)
        bank = products.Account("Ngân hàng Thử", "970499", "0011223344", "HTX THU")
        products.open_shop(session, coop, bank, START)
        farm = cooperatives.add_farm(session, coop, "Nhà cô Thử", "Thôn 1")
        plots = []
        for number, site in enumerate(built, 1):
            house = cooperatives.add_greenhouse(session, farm, f"Nhà màng {number}", START)
            plots.append(_plot(session, vault, site, house))
        zone_id = _first_zone(session, plots[0])
    engine.dispose()
    return Cooperative(manager, zone_id, tuple(plots), vault, open_press(settings))


def _plot(session: Session, vault: Vault, site: Site, house: Greenhouse) -> Plot:
    device = devices.register(session, vault, site.identity, house, START)
    wish = first_settings(site)
    growing.say(session, device.id, wish.doc, wish.version, START)
    names = []
    for number, wired in enumerate(site.hardware.zones, 1):
        planting = Planting(f"Khu {number}", "Dưa lưới", wired.plants, date(2026, 2, 1))
        zone = cooperatives.add_zone(session, house, number, planting)
        devices.bind_zone(session, zone, device, wired.key, START - timedelta(days=30))
        names.append(zone.public_id)
    return Plot(house.public_id, tuple(names), device.id)


def _first_zone(session: Session, plot: Plot) -> int:
    return cast("int", session.exec(select(Zone.id).where(Zone.public_id == plot.zones[0])).one())


def _manager(session: Session, cooperative_id: int, now: datetime) -> Principal:
    account = Account(
        phone="+84912000002", name="Chị Thử", password_hash="-", language="vi", created_at=now
    )
    session.add(account)
    session.flush()
    return Principal(
        cast("int", account.id), cooperative_id, Role.MANAGER, account.language, account.name
    )


def _site(chance: Random, number: int) -> Site:
    rows = tuple(
        Row(
            key=f"z{place}",
            plants=(plants := chance.randint(10, 60)),
            flow_lph=plants * 2.0,
            strategy=chance.choice(tuple(Strategy)),
            probes=chance.randint(1, 2),
            day_budget_l=round(plants * chance.uniform(0.8, 2.5), 1),
            max_lease_s=float(chance.choice((180, 300, 600))),
        )
        for place in range(1, chance.randint(1, 2) + 1)
    )
    title = Title(vi=f"Nhà {number}", en=f"House {number}")
    scenario = Scenario(title=title, hours=1.0, house=House(float_switch=False), zones=rows)
    hardware = scenario.hardware().model_copy(
        update={"flow": FlowMeter(pin=FLOW_PIN, pulses_per_litre=PULSES)}
    )
    strategies = {row.key: row.strategy.value for row in rows}
    return Site(hardware, _identity(chance), strategies, chance.randrange(1 << 30))


def _identity(chance: Random) -> Identity:
    """Drawn too: the order of devices in a batch, and a courier's jitter, hang on it."""
    fresh = new_identity(("mqtt://simulated",), simulated=True)
    name = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(16))
    return fresh.model_copy(update={"device": name})
