"""Lots for programs."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlmodel import Session

from cloud.lots import balance, service
from cloud.lots.models import Harvest, Lot, LotOut, TransformBody
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter(prefix="/api/v1/lots")
Reader = Annotated[Principal, Depends(require(Permission.LOT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.LOT_WRITE))]


class LotList(BaseModel):
    """The lots of a cooperative, newest first."""

    items: list[LotOut]


@router.post("", status_code=HTTPStatus.CREATED)
def harvest(
    request: Request, session: SessionDep, principal: Writer, now: NowDep, body: Harvest
) -> LotOut:
    demo: bool = request.app.state.settings.demo
    return _out(session, service.harvest(session, principal, body, now, demo=demo))


@router.post("/{lot}/transform", status_code=HTTPStatus.CREATED)
def transform(
    session: SessionDep, principal: Writer, now: NowDep, lot: str, body: TransformBody
) -> LotOut:
    """Split a part off, mix lots of a zone, or make another product of them."""
    return _out(session, balance.transform(session, principal, lot, body, now))


@router.get("")
def listing(session: SessionDep, principal: Reader) -> LotList:
    return LotList(items=[_out(session, lot) for lot in service.listing(session, principal)])


@router.get("/{lot}")
def one(session: SessionDep, principal: Reader, lot: str) -> LotOut:
    return _out(session, service.get(session, principal, lot))


def _out(session: Session, lot: Lot) -> LotOut:
    zone, _cooperative = service.origin(session, lot)
    return LotOut(
        id=lot.public_id,
        code=lot.code,
        zone=zone.public_id,
        product=lot.product,
        gtin=lot.gtin,
        harvested_on=lot.harvested_on,
        quantity_g=lot.quantity_g,
        left_g=lot.left_g,
        simulated=lot.simulated,
        created_at=lot.created_at,
        recalled_at=lot.recalled_at,
        evidence=lot.measured,
    )
