"""Products as sheets: looked at first, then brought in; and taken along."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cloud import sheet
from cloud.i18n import VIETNAMESE, _, translate
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.products import importing, rows
from cloud.products.forms import TableForm
from cloud.sheet import MAX_OCTETS
from cloud.transaction import SessionDep
from cloud.vietgap.workbook import MEDIA_TYPE, of_tables
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/htx")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]

_SHOWN: Final = 200
"""Faults on one page; all of them are in the file that can be taken along."""
_TITLE: Final = _("Sản phẩm")
_MARK: Final = "\ufeff"  # without it spreadsheets guess the wrong letters


@router.get("/nhap-hang")
def choose(request: Request, _principal: Writer) -> HTMLResponse:
    return render(request, "products/import.html", plan=None, text="", columns=_columns(request))


@router.post("/nhap-hang")
def work(
    request: Request,
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[TableForm, Form()],
) -> Response:
    """Look at a file, take its faults along, or bring in what is good."""
    if form.act == "confirm":
        importing.bring(session, principal, form.rows, now)
        return RedirectResponse("/htx/san-pham", HTTPStatus.SEE_OTHER)
    text = form.rows
    if form.act == "read":
        text = importing.as_text(b"".join(one.file.read(MAX_OCTETS + 1) for one in form.files))
    plan = importing.judged(session, principal, text)
    if form.act == "faults":
        told = importing.faulty(plan, partial(translate, language_of(request)))
        return _csv(told, "loi.csv")
    columns = _columns(request)
    shown = [(one, columns[one.column]) for one in plan.faults[:_SHOWN]]
    return render(
        request, "products/import.html", plan=plan, text=text, faults=shown, columns=columns
    )


@router.get("/xuat-hang.csv")
def take_csv(session: SessionDep, principal: Reader) -> Response:
    lines = importing.table(session, principal, partial(translate, VIETNAMESE))
    return _csv(sheet.text(lines), "san-pham.csv")


@router.get("/xuat-hang.xlsx")
def take_workbook(session: SessionDep, principal: Reader) -> Response:
    lines = importing.table(session, principal, partial(translate, VIETNAMESE))
    return _file(of_tables([importing.printed(lines, _TITLE)]), "san-pham.xlsx", MEDIA_TYPE)


def _columns(request: Request) -> dict[str, str]:
    return {name: translate(language_of(request), word) for name, word in rows.COLUMNS.items()}


def _csv(text: str, name: str) -> Response:
    return _file(f"{_MARK}{text}".encode(), name, "text/csv; charset=utf-8")


def _file(octets: bytes, name: str, kind: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(octets, media_type=kind, headers=disposition)
