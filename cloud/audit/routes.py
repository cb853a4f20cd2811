"""The published digests of the audit record, for whoever keeps them somewhere else."""

from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from cloud.audit import service
from cloud.permissions import public
from cloud.transaction import SessionDep

router = APIRouter(dependencies=[Depends(public())])

_PAGE: Final = 100
"""Days in one answer."""


class RootOut(BaseModel):
    """What fixes every deed until the end of a day in Viet Nam."""

    day: date
    root: str
    published_at: datetime


class RootList(BaseModel):
    """Newest first; those before the last one follow by `before`."""

    items: list[RootOut]


@router.get("/api/v1/audit/roots")
def roots(session: SessionDep, before: Annotated[date | None, Query()] = None) -> RootList:
    found = service.published(session, before, _PAGE)
    return RootList(
        items=[RootOut(day=one.day, root=one.root, published_at=one.published_at) for one in found]
    )
