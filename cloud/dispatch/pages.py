"""Orders as tables, for people at the cooperative's desk."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cloud import sheet
from cloud.dispatch import rules, service
from cloud.dispatch.errors import NotAParcelSheet, ParcelSheetTooLarge
from cloud.dispatch.forms import FileForm, ParcelForm, RangeForm
from cloud.i18n import TIME_ZONE, _, translate
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.sheet import LargeSheetError, SheetError
from cloud.shipping.carrier import CarrierName
from cloud.transaction import SessionDep
from cloud.vietgap.book import Table
from cloud.vietgap.workbook import MEDIA_TYPE, of_tables
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/htx")
Reader = Annotated[Principal, Depends(require(Permission.ORDER_READ))]
Writer = Annotated[Principal, Depends(require(Permission.ORDER_WRITE))]

_CSV: Final = "text/csv; charset=utf-8"
_TITLE: Final = _("Đơn hàng")
_SHOWN: Final = 100
"""Faults on one page; all of them are in the file that can be taken along."""


@router.get("/so-don")
def choose(request: Request, _principal: Reader, now: NowDep) -> HTMLResponse:
    today = now.astimezone(TIME_ZONE).date()
    return render(request, "dispatch/take.html", first=today.replace(day=1), last=today)


@router.post("/so-don", response_class=Response)
def take(
    request: Request,
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    form: Annotated[RangeForm, Form()],
) -> Response:
    words = partial(translate, language_of(request))
    lines = service.table(session, principal, form, words, now)
    if form.form is FileForm.CSV:
        return _file(sheet.written([[str(cell) for cell in line] for line in lines]), "csv")
    heads = [str(cell) for cell in lines[0]]
    book = Table(words(_TITLE), heads, [1 / len(heads)] * len(heads), lines[1:])
    return _file(of_tables([book]), "xlsx")


@router.get("/van-don")
def choose_parcels(request: Request, _principal: Writer) -> HTMLResponse:
    return _parcels(request)


@router.post("/van-don")
def bring(
    request: Request,
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[ParcelForm, Form()],
) -> Response:
    """Look at a file, take its faults along, or send what is good."""
    if form.act == "confirm":
        service.bring(session, principal, form.rows, form.carrier, now)
        return RedirectResponse("/htx/don?buoc=shipped", HTTPStatus.SEE_OTHER)
    text = _text(form) if form.act == "read" else form.rows
    plan = service.judged(session, principal, text, form.carrier)
    if form.act == "faults":
        words = partial(translate, language_of(request))
        return _file(sheet.written(service.faulty(plan, words)), "csv", "loi")
    return _parcels(request, plan=plan, text=text, chosen=form.carrier, shown=_SHOWN)


def _parcels(request: Request, **context: object) -> HTMLResponse:
    known = {"columns": rules.COLUMNS, "needed": rules.NEEDED, "carriers": list(CarrierName)}
    context = {"plan": None, "most": service.MOST_PARCELS} | known | context
    return render(request, "dispatch/bring.html", HTTPStatus.OK, **context)


def _text(form: ParcelForm) -> str:
    try:
        return sheet.as_text(b"".join(one.file.read(sheet.MAX_OCTETS + 1) for one in form.files))
    except LargeSheetError:
        raise ParcelSheetTooLarge(most=service.MOST_PARCELS) from None
    except SheetError:
        raise NotAParcelSheet from None


def _file(octets: bytes, ending: str, name: str = "don-hang") -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    kind = _CSV if ending == "csv" else MEDIA_TYPE
    return Response(octets, media_type=kind, headers=headers)
