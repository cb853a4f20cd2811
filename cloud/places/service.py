"""Farms, greenhouses and zones as their manager makes and names them; all of it written down.

A form that a weak line sends twice makes one place, and a name stands once in its house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from cloud.accounts.rules import e164
from cloud.accounts.service import BadPhone
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction, Detail
from cloud.audit.service import Deed
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative, Farm, Greenhouse, Membership, Zone
from cloud.cooperatives.service import Planting
from cloud.devices import service as devices
from cloud.errors import ConfigurationError, Conflict
from cloud.growing import service as growing
from cloud.i18n import _
from cloud.members import service as members
from cloud.places.forms import CooperativeForm, FarmForm, GreenhouseForm, Name, ZoneForm
from cloud.places.rules import Known
from cloud.principal import Principal
from cloud.scope import find, scoped


class NameTaken(Conflict):
    """Two places of one name beside each other are mixed up."""

    code = "name_taken"
    sentence = _("Tên này đã có. Hãy đặt tên khác.")


Spot = TypeVar("Spot", Farm, Greenhouse, Zone)


@dataclass(frozen=True)
class House:
    """A greenhouse with its zones."""

    greenhouse: Greenhouse
    zones: Sequence[Zone]


@dataclass(frozen=True)
class Place:
    """A farm with its greenhouses."""

    farm: Farm
    houses: Sequence[House]


def names(*typed: str) -> list[str]:
    """Names as an operator typed them, in the form in which they are kept.

    Raises:
        ConfigurationError: one is none.
    """
    try:
        return [TypeAdapter(Name).validate_python(one) for one in typed]
    except ValidationError:
        raise ConfigurationError("a name has 2 to 80 letters") from None


def tree(session: Session, principal: Principal) -> list[Place]:
    """All farms with what stands on them, in the order in which they came."""
    farms = session.exec(scoped(select(Farm), principal).order_by(col(Farm.id))).all()
    houses = session.exec(scoped(select(Greenhouse), principal).order_by(col(Greenhouse.id))).all()
    order = (col(Zone.position), col(Zone.id))
    zones = session.exec(scoped(select(Zone), principal).order_by(*order)).all()
    return [
        Place(
            farm,
            [
                House(house, [zone for zone in zones if zone.greenhouse_id == house.id])
                for house in houses
                if house.farm_id == farm.id
            ],
        )
        for farm in farms
    ]


def home(session: Session, principal: Principal) -> Cooperative:
    return session.get_one(Cooperative, principal.cooperative_id)


def known(session: Session, principal: Principal, now: datetime) -> Known:
    """What the first questions need not ask any more."""
    people = select(func.count(col(Membership.id))).where(
        Membership.cooperative_id == principal.cooperative_id
    )
    return Known(
        address=bool(home(session, principal).address),
        farms=_count(session, principal, Farm),
        greenhouses=_count(session, principal, Greenhouse),
        zones=_count(session, principal, Zone),
        others=session.exec(people).one() - 1 + len(members.invitations(session, principal, now)),
        devices=len(devices.of_cooperative(session, principal)),
    )


def change_home(
    session: Session, principal: Principal, form: CooperativeForm, now: datetime
) -> None:
    """What stands on stamps and orders.

    Raises:
        BadPhone: this is no telephone number.
    """
    phone = e164(form.phone)
    if phone is None:
        raise BadPhone
    cooperative = home(session, principal)
    cooperative.name, cooperative.address, cooperative.phone = form.name, form.address, phone
    subject = f"cooperative:{cooperative.public_id}"
    audit.note(session, principal, Deed(AuditAction.COOPERATIVE_CHANGED, subject), now)


def add_farm(session: Session, principal: Principal, form: FarmForm, now: datetime) -> None:
    beside = session.exec(scoped(select(Farm), principal)).all()
    twin = _named(beside, form.name)
    if twin is None:
        farm = cooperatives.add_farm(session, home(session, principal), form.name, form.address)
        _note(session, principal, AuditAction.PLACE_ADDED, farm, now)
    elif twin.address != form.address:
        raise NameTaken


def change_farm(
    session: Session, principal: Principal, public_id: str, form: FarmForm, now: datetime
) -> None:
    farm = find(session, Farm, public_id, principal)
    _refuse_taken(session.exec(scoped(select(Farm), principal)).all(), farm, form.name)
    farm.name, farm.address = form.name, form.address
    _note(session, principal, AuditAction.PLACE_CHANGED, farm, now)


def add_greenhouse(
    session: Session, principal: Principal, farm_id: str, form: GreenhouseForm, now: datetime
) -> None:
    farm = find(session, Farm, farm_id, principal)
    if _named(_houses(session, principal, cast("int", farm.id)), form.name) is None:
        greenhouse = cooperatives.add_greenhouse(session, farm, form.name, now)
        _note(session, principal, AuditAction.PLACE_ADDED, greenhouse, now)


def change_greenhouse(
    session: Session, principal: Principal, public_id: str, form: GreenhouseForm, now: datetime
) -> None:
    house = find(session, Greenhouse, public_id, principal)
    _refuse_taken(_houses(session, principal, house.farm_id), house, form.name)
    house.name = form.name
    _note(session, principal, AuditAction.PLACE_CHANGED, house, now)


def add_zone(
    session: Session, principal: Principal, greenhouse_id: str, form: ZoneForm, now: datetime
) -> None:
    house = find(session, Greenhouse, greenhouse_id, principal)
    beside = _zones(session, principal, cast("int", house.id))
    twin = _named(beside, form.name)
    if twin is None:
        position = max((zone.position for zone in beside), default=0) + 1
        zone = cooperatives.add_zone(session, house, position, _planting(form))
        _note(session, principal, AuditAction.PLACE_ADDED, zone, now, _detail(zone))
    elif (twin.crop, twin.plants, twin.planted_on) != (form.crop, form.plants, form.planted_on):
        raise NameTaken


def change_zone(
    session: Session, principal: Principal, public_id: str, form: ZoneForm, now: datetime
) -> None:
    """Another name or crop; the device that waters it stays bound to it."""
    zone = find(session, Zone, public_id, principal)
    _refuse_taken(_zones(session, principal, zone.greenhouse_id), zone, form.name)
    zone.name, zone.crop = form.name, form.crop
    zone.plants, zone.planted_on = form.plants, form.planted_on
    growing.follow(session, principal, zone, now)
    _note(session, principal, AuditAction.PLACE_CHANGED, zone, now, _detail(zone))


def _planting(form: ZoneForm) -> Planting:
    return Planting(form.name, form.crop, form.plants, form.planted_on)


def _detail(zone: Zone) -> Detail:
    """What a stamp tells of a zone, so that a later change shows."""
    planted_on = zone.planted_on.isoformat()
    return {"crop": zone.crop, "plants": zone.plants, "planted_on": planted_on}


def _houses(session: Session, principal: Principal, farm_id: int) -> Sequence[Greenhouse]:
    own = scoped(select(Greenhouse), principal).where(Greenhouse.farm_id == farm_id)
    return session.exec(own).all()


def _zones(session: Session, principal: Principal, greenhouse_id: int) -> Sequence[Zone]:
    own = scoped(select(Zone), principal).where(Zone.greenhouse_id == greenhouse_id)
    return session.exec(own).all()


def _refuse_taken(beside: Sequence[Spot], place: Spot, name: str) -> None:
    twin = _named(beside, name)
    if twin is not None and twin.id != place.id:
        raise NameTaken


def _note(
    session: Session,
    principal: Principal,
    action: AuditAction,
    place: Farm | Greenhouse | Zone,
    now: datetime,
    detail: Detail | None = None,
) -> None:
    subject = f"{type(place).__name__.lower()}:{place.public_id}"
    audit.note(session, principal, Deed(action, subject, detail or {}), now)


def _count(session: Session, principal: Principal, model: type[SQLModel]) -> int:
    return len(session.exec(scoped(select(model), principal)).all())


def _named(beside: Sequence[Spot], name: str) -> Spot | None:
    return next((one for one in beside if one.name == name), None)
