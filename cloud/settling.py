"""Addresses from before their communes were kept: understood in the night, a batch at a time."""

from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.addresses.models import keep
from cloud.addresses.rules import settle
from cloud.addresses.units import atlas
from cloud.db import writing
from cloud.orders.models import OrderBuyer
from cloud.products.models import Shop
from cloud.shipping.models import PickupPoint

_AT_ONCE: Final = 200
"""Rows of one transaction: who orders meanwhile waits for them, some ten milliseconds."""

_Row = TypeVar("_Row", OrderBuyer, PickupPoint, Shop)


def settle_all(engine: Engine, _now: datetime) -> None:
    """A round of each night; what was looked at once, with or without success, is left alone."""
    _settle(engine, OrderBuyer)
    _settle(engine, PickupPoint)
    _settle(engine, Shop)


def _settle(engine: Engine, table: type[_Row]) -> None:
    while _batch(engine, table) == _AT_ONCE:
        continue


def _batch(engine: Engine, table: type[_Row]) -> int:
    with Session(writing(engine)) as session, session.begin():
        asked = select(table).where(col(table.units) == "", col(table.address) != "")
        rows = session.exec(asked.limit(_AT_ONCE).with_for_update()).all()
        for row in rows:
            keep(row, settle(atlas(), row.address))
    return len(rows)
