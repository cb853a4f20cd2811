"""Cooperatives, their members and their places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlmodel import Session, col, select

from cloud.cooperatives.models import Cooperative, Farm, Greenhouse, Membership, Zone
from cloud.principal import Principal, Role
from cloud.scope import scoped


@dataclass(frozen=True)
class Planting:
    """A zone and what grows there."""

    name: str
    crop: str
    plants: int
    planted_on: date


def create(session: Session, name: str, address: str, phone: str, now: datetime) -> Cooperative:
    cooperative = Cooperative(name=name, address=address, phone=phone, created_at=now)
    session.add(cooperative)
    session.flush()
    return cooperative


def enrol(session: Session, account_id: int, cooperative: Cooperative, role: Role) -> None:
    session.add(
        Membership(account_id=account_id, cooperative_id=cast("int", cooperative.id), role=role)
    )
    session.flush()


def add_farm(session: Session, cooperative: Cooperative, name: str, address: str) -> Farm:
    farm = Farm(cooperative_id=cast("int", cooperative.id), name=name, address=address)
    session.add(farm)
    session.flush()
    return farm


def add_greenhouse(session: Session, farm: Farm, name: str, now: datetime) -> Greenhouse:
    greenhouse = Greenhouse(
        cooperative_id=farm.cooperative_id,
        farm_id=cast("int", farm.id),
        name=name,
        created_at=now,
    )
    session.add(greenhouse)
    session.flush()
    return greenhouse


def add_zone(session: Session, greenhouse: Greenhouse, position: int, planting: Planting) -> Zone:
    zone = Zone(
        cooperative_id=greenhouse.cooperative_id,
        greenhouse_id=cast("int", greenhouse.id),
        position=position,
        name=planting.name,
        crop=planting.crop,
        plants=planting.plants,
        planted_on=planting.planted_on,
    )
    session.add(zone)
    session.flush()
    return zone


def zones(session: Session, principal: Principal) -> Sequence[Zone]:
    """All of the caller's cooperative, house by house."""
    order = (col(Zone.greenhouse_id), col(Zone.position))
    return session.exec(scoped(select(Zone), principal).order_by(*order)).all()
