"""The tenant's fence: every query for data of a cooperative goes through here.

What belongs to another cooperative does not exist: 404, never 403.
"""

from typing import Protocol, TypeVar

from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.errors import NotFound
from cloud.principal import Principal

T = TypeVar("T", bound=SQLModel)


class Owned(Protocol):
    """A table whose rows belong to a cooperative and are named outside by a public id."""

    cooperative_id: int
    public_id: str


def scoped(statement: SelectOfScalar[T], principal: Principal) -> SelectOfScalar[T]:
    """`select(Model)` narrowed to the caller's cooperative."""
    model: type[Owned] = statement.column_descriptions[0]["entity"]
    return statement.where(model.cooperative_id == principal.cooperative_id)


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
