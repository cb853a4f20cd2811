"""Rules of the market, complaints and the log of what was taken down."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.market import duties
from cloud.market.models import AnswerForm, ComplaintForm
from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.products import service as products
from cloud.products.outlet import OutletDep
from cloud.reviews import judging
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter()
OPEN = [Depends(public())]
Reader = Annotated[Principal, Depends(require(Permission.ORDER_READ))]
Writer = Annotated[Principal, Depends(require(Permission.ORDER_WRITE))]


@router.get("/quy-che", dependencies=OPEN)
def rules(request: Request) -> HTMLResponse:
    return render(request, "market/rules.html")


@router.get("/da-go", dependencies=OPEN)
def log(request: Request, session: SessionDep) -> HTMLResponse:
    return render(
        request,
        "market/taken_down.html",
        rows=duties.taken_down(session),
        refused=judging.log(session),
    )


@router.get("/khieu-nai/mon/{product}", dependencies=OPEN)
def ask(request: Request, session: SessionDep, outlet: OutletDep, product: str) -> HTMLResponse:
    listing = products.offered(session, product, simulated=outlet.samples)
    return render(request, "market/complain.html", product=listing.product)


@router.post("/khieu-nai/mon/{product}", dependencies=OPEN)
def complain(
    session: SessionDep,
    outlet: OutletDep,
    now: NowDep,
    product: str,
    form: Annotated[ComplaintForm, Form()],
) -> RedirectResponse:
    made = duties.complain(session, product, form.words, now, simulated=outlet.samples)
    return RedirectResponse(f"/khieu-nai/{made.public_id}", HTTPStatus.SEE_OTHER)


@router.get("/khieu-nai/{complaint}", dependencies=OPEN)
def follow(request: Request, session: SessionDep, complaint: str) -> HTMLResponse:
    return render(request, "market/complaint.html", told=duties.complaint(session, complaint))


@router.get(duties.PATH)
def desk(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> HTMLResponse:
    heard = duties.heard(session, principal)
    return render(request, "market/complaints.html", heard=heard, now=now)


@router.post(f"{duties.PATH}/{{complaint}}")
def answer(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    complaint: str,
    form: Annotated[AnswerForm, Form()],
) -> RedirectResponse:
    duties.answer(session, principal, complaint, form.answer, now)
    return RedirectResponse(duties.PATH, HTTPStatus.SEE_OTHER)
