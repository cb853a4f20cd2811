"""The demonstration's fictional cooperative, with a farmer, a greenhouse and a simulated device.

Refuses a database that holds anything and settings that are not a demonstration's.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, cast

from sqlmodel import Session, select

from cloud.accounts import service as accounts
from cloud.accounts.models import Account
from cloud.broker import plan
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative, Greenhouse, Zone
from cloud.cooperatives.service import Planting
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.devices.vault import open_vault
from cloud.errors import ConfigurationError
from cloud.growing import service as growing
from cloud.growing.service import Author
from cloud.i18n import TIME_ZONE
from cloud.principal import Role
from cloud.products import service as products
from cloud.settings import Settings
from wire import identity

ZONE_KEYS: Final = ("z1", "z2")  # those of the simulated greenhouse's board
PLANTED: Final = timedelta(days=75)  # melons are ripe, so that a harvest is believable
PLANTS: Final = 60
PHONE: Final = "+84912345678"

# A bank that does not exist: nobody can pay into a demonstration by mistake.
_BANK: Final = products.Account("Ngân hàng Thử", "970499", "0011223344", "HTX DUA LUOI VUON SO")
_NAME: Final = "HTX Dưa lưới Vườn Số"
_ADDRESS: Final = "Thôn 3, xã Ea Mẫu, Đắk Lắk"


@dataclass(frozen=True)
class Seed:
    """What was made, for the person and for the programs that go on from here."""

    login_link: str
    phone: str
    password: str
    cooperative: str
    greenhouse: str
    zones: tuple[str, ...]
    device: str
    identity: str
    broker: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def seed(session: Session, settings: Settings, now: datetime) -> Seed:
    """Make everything, within the caller's transaction; the identity file is written last."""
    path = identity_path(settings)
    _refuse(session, settings, path)
    cooperative = cooperatives.create(session, _NAME, _ADDRESS, PHONE, now)
    password = secrets.token_urlsafe(12)
    account = accounts.create(session, accounts.NewAccount(PHONE, "Chị Mẫu", password), now)
    account_id = cast("int", account.id)
    # One person shows both sides: a manager may do all that a farmer may.
    cooperatives.enrol(session, account_id, cooperative, Role.MANAGER)
    products.open_shop(session, cooperative, _BANK, now)
    greenhouse, zones = _places(session, cooperative, now)
    device = _device(session, settings, greenhouse, zones, now)
    link = login_link(session, settings, account, now)
    return Seed(
        login_link=link,
        phone=PHONE,
        password=password,
        cooperative=cooperative.public_id,
        greenhouse=greenhouse.public_id,
        zones=tuple(zone.public_id for zone in zones),
        device=device.id,
        identity=str(path),
        broker=plan.address_of(settings).url,
    )


def login_link(session: Session, settings: Settings, account: Account, now: datetime) -> str:
    token = accounts.new_link(session, cast("int", account.id), now)
    return f"{settings.public_url}/vao/{token}"


def refuse_production(settings: Settings) -> None:
    if not settings.demo:
        raise ConfigurationError(
            "these are not a demonstration's settings; set VUONSO_DEMO=true to seed one"
        )


def identity_path(settings: Settings) -> Path:
    """Where the demonstration's agent looks for its identity."""
    return settings.data_dir.parent / "edge" / "identity.json"


def _refuse(session: Session, settings: Settings, path: Path) -> None:
    refuse_production(settings)
    if session.exec(select(Cooperative)).first() or session.exec(select(Account)).first():
        raise ConfigurationError(
            "the database is not empty; a demonstration is seeded into an empty one only"
        )
    if path.exists():
        raise ConfigurationError(f"{path} belongs to another database; choose a new folder")


def _places(
    session: Session, cooperative: Cooperative, now: datetime
) -> tuple[Greenhouse, list[Zone]]:
    farm = cooperatives.add_farm(session, cooperative, "Nhà chị Mẫu", _ADDRESS)
    greenhouse = cooperatives.add_greenhouse(session, farm, "Nhà màng 1", now)
    planted_on = (now - PLANTED).astimezone(TIME_ZONE).date()
    zones = [
        cooperatives.add_zone(
            session,
            greenhouse,
            number,
            Planting(f"Khu {number}", "Dưa lưới", PLANTS, planted_on),
        )
        for number, _key in enumerate(ZONE_KEYS, 1)
    ]
    return greenhouse, zones


def _device(
    session: Session,
    settings: Settings,
    greenhouse: Greenhouse,
    zones: list[Zone],
    now: datetime,
) -> Device:
    path = identity_path(settings)
    made = identity.new_identity((plan.address_of(settings).url,), simulated=True)
    device = devices.register(session, open_vault(settings), made, greenhouse, now)
    for zone, key in zip(zones, ZONE_KEYS, strict=True):
        # Bound since planting: the demonstration lives through its past before it reaches now.
        devices.bind_zone(session, zone, device, key, now - PLANTED)
    growing.welcome(session, device, Author(), now)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity.save(made, path)
    return device
