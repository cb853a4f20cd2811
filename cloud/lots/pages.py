"""Lots for people: what was harvested, and writing down a harvest."""

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field, StringConstraints

from cloud.bodies import Body
from cloud.cooperatives import service as cooperatives
from cloud.lots import balance, rules, service
from cloud.lots.models import (
    Harvest,
    Key,
    LoseForm,
    ProductName,
    Reason,
    RecallForm,
    TransformBody,
)
from cloud.lots.weights import Kilograms, grams
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.LOT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.LOT_WRITE))]


class HarvestForm(Body):
    """The harvest as a person fills it in: kilograms, with a comma or a point."""

    zone: str = Field(max_length=20)
    product: ProductName
    kg: Kilograms
    harvested_on: date
    gtin: str = Field(default="", max_length=14)
    key: Key

    def harvest(self) -> Harvest:
        return Harvest(
            zone=self.zone,
            product=self.product,
            quantity_g=grams(self.kg),
            harvested_on=self.harvested_on,
            gtin=self.gtin.strip() or None,
            key=self.key,
        )


@router.get("/htx/lo")
def lots(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> HTMLResponse:
    found = service.listing(session, principal)
    zones = cooperatives.zones(session, principal)
    return render(
        request,
        "lots/list.html",
        lots=found,
        zones=zones,
        today=rules.local_day(now),
        key=str(uuid4()),
        products=sorted({lot.product for lot in found} | {zone.crop for zone in zones}),
    )


@router.post("/htx/lo")
def harvest(
    request: Request,
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[HarvestForm, Form()],
) -> RedirectResponse:
    demo: bool = request.app.state.settings.demo
    lot = service.harvest(session, principal, form.harvest(), now, demo=demo)
    return RedirectResponse(f"/htx/lo/{lot.public_id}", HTTPStatus.SEE_OTHER)


@router.post("/htx/lo/{lot}/thu-hoi")
def recall(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    lot: str,
    form: Annotated[RecallForm, Form()],
) -> RedirectResponse:
    found = service.recall(session, principal, lot, form.reason, now)
    return RedirectResponse(f"/htx/lo/{found.public_id}", HTTPStatus.SEE_OTHER)


class TransformForm(Body):
    """The same as a person fills it in."""

    take: Kilograms
    others: list[Annotated[str, StringConstraints(max_length=20)]] = Field(
        default=[], max_length=20
    )
    product: ProductName
    made: Kilograms
    key: Key

    def body(self) -> TransformBody:
        return TransformBody(
            take_g=grams(self.take),
            others=self.others,
            product=self.product,
            made_g=grams(self.made),
            key=self.key,
        )


class LossForm(Body):
    """What is gone, in kilograms."""

    kg: Kilograms
    reason: Reason
    key: Key


@router.post("/htx/lo/{lot}/chia")
def transform(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    lot: str,
    form: Annotated[TransformForm, Form()],
) -> RedirectResponse:
    made = balance.transform(session, principal, lot, form.body(), now)
    return RedirectResponse(f"/htx/lo/{made.public_id}", HTTPStatus.SEE_OTHER)


@router.post("/htx/lo/{lot}/hao")
def lose(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    lot: str,
    form: Annotated[LossForm, Form()],
) -> RedirectResponse:
    wish = LoseForm(grams=grams(form.kg), reason=form.reason, key=form.key)
    found = balance.lose(session, principal, lot, wish, now)
    return RedirectResponse(f"/htx/lo/{found.public_id}", HTTPStatus.SEE_OTHER)
