"""The list of fertilisers and pesticides, and the file that it comes from."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cloud import sheet
from cloud.i18n import _, translate
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.supplies import service
from cloud.supplies.models import SupplyListForm
from cloud.supplies.words import FLAWS
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/htx/vat-tu")
Writer = Annotated[Principal, Depends(require(Permission.LOT_WRITE))]

_CSV = "text/csv; charset=utf-8"


@router.get("")
def listing(request: Request, session: SessionDep, principal: Writer) -> HTMLResponse:
    found = service.listing(session, principal)
    return render(request, "supplies/list.html", supplies=found, most=service.MOST)


@router.post("")
def read(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[SupplyListForm, Form()],
) -> RedirectResponse:
    octets = b"".join(one.file.read(service.MAX_OCTETS + 1) for one in form.files)
    kept = service.read(session, principal, octets, now)
    return RedirectResponse(f"/htx/vat-tu/nhap/{kept}", HTTPStatus.SEE_OTHER)


@router.get("/mau.csv", response_class=Response)
def example(request: Request, _principal: Writer) -> Response:
    """A file to fill in; the headings are those that are looked for."""
    language = language_of(request)
    head = (
        _("Tên"),
        _("Số đăng ký"),
        _("Hoạt chất"),
        _("Liều lượng"),
        _("Cách ly (ngày)"),
    )
    rows = [[translate(language, one) for one in head]]
    return _file(rows, "vat-tu.csv")


@router.get("/nhap/{supply_list}")
def preview(
    request: Request, session: SessionDep, principal: Writer, supply_list: str
) -> HTMLResponse:
    found = service.preview(session, principal, supply_list)
    return render(request, "supplies/preview.html", preview=found, flaws=FLAWS)


@router.post("/nhap/{supply_list}")
def confirm(
    session: SessionDep, principal: Writer, now: NowDep, supply_list: str
) -> RedirectResponse:
    service.confirm(session, principal, supply_list, now)
    return RedirectResponse(f"/htx/vat-tu/nhap/{supply_list}", HTTPStatus.SEE_OTHER)


@router.get("/nhap/{supply_list}/loi.csv", response_class=Response)
def wrong(request: Request, session: SessionDep, principal: Writer, supply_list: str) -> Response:
    """The rows that were not taken, to be put right and sent again."""
    found, language = service.preview(session, principal, supply_list).found, language_of(request)
    reason = translate(language, _("Lỗi"))
    rows = [[*found.head, reason]]
    for one in found.problems:
        cells = [*one.cells, *[""] * (len(found.head) - len(one.cells))][: len(found.head)]
        rows.append([*cells, f"{one.column}: {translate(language, FLAWS[one.flaw])}"])
    return _file(rows, "loi.csv")


@router.post("/{supply}/bo")
def remove(session: SessionDep, principal: Writer, now: NowDep, supply: str) -> RedirectResponse:
    service.remove(session, principal, supply, now)
    return RedirectResponse("/htx/vat-tu", HTTPStatus.SEE_OTHER)


def _file(rows: list[list[str]], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(sheet.written(rows), media_type=_CSV, headers=headers)
