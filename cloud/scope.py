"""The tenant's fence: every query for data of a cooperative goes through here.

What belongs to another cooperative does not exist: 404, never 403. Who came in by the card of a
farm finds only what stands there.
"""

from collections.abc import Collection
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.errors import NotFound
from cloud.principal import Plot, Principal

T = TypeVar("T", bound=SQLModel)


class Owned(Protocol):
    """A table whose rows belong to a cooperative and are named outside by a public id."""

    cooperative_id: int
    public_id: str


def scoped(statement: SelectOfScalar[T], principal: Principal) -> SelectOfScalar[T]:
    """`select(Model)` narrowed to the caller's cooperative."""
    model: type[Owned] = statement.column_descriptions[0]["entity"]
    own = statement.where(model.cooperative_id == principal.cooperative_id)
    return own if principal.plot is None else own.where(_within(model, principal.plot))


def find(session: Session, model: type[T], public_id: str, principal: Principal) -> T:
    """The caller's own row with this public id.

    Raises:
        NotFound: there is none, or it is another cooperative's.
    """
    owned: type[Owned] = model  # type: ignore[assignment]  # a table class has both columns
    statement = scoped(select(model), principal).where(owned.public_id == public_id)
    row = session.exec(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _within(model: type[Owned], plot: Plot) -> ColumnElement[bool]:
    """Whether a row stands on this farm; what says nothing of its place stands nowhere."""
    places: dict[str, Collection[int | str]] = {
        "farm_id": {plot.farm},
        "greenhouse_id": plot.greenhouses,
        "device_id": plot.devices,
        "zone_id": plot.zones,
    }
    for name, inside in places.items():
        column = getattr(model, name, None)
        if column is not None:
            return col(column).in_(inside)
    return false()
