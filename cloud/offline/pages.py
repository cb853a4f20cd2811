"""The page that verifies sealed stamps by itself, and what a telephone keeps of it under `/S/`."""

import hashlib
import json
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)

from cloud.i18n import VIETNAMESE, _, translate
from cloud.offline import service
from cloud.permissions import public
from cloud.stamps.keys import open_vault
from cloud.transaction import SessionDep
from cloud.web import STATIC, NowDep, Pages, render
from traceability.sealed import DIGITS

router = APIRouter(prefix="/S", dependencies=[Depends(public())])

PAGE: Final = "/S/kiem"
LIST: Final = "/S/danh-sach"
_FILES: Final = ("app.css", "verify.js", "sealed.js", "icon.svg")
_DIGEST: Final = 12
_LONGEST: Final = 400


@router.get("/kiem")
def verifier(request: Request) -> HTMLResponse:
    """Works where it was opened once before; with a line it asks for a younger list."""
    key = str(service.signer_of(request.app.state.settings).verifier)
    return render(request, "offline/verify.html", key=key)


@router.get("/danh-sach")
def signed_list(request: Request, session: SessionDep, now: NowDep) -> PlainTextResponse:
    settings = request.app.state.settings
    found = service.current(session, open_vault(settings), settings, now)
    return PlainTextResponse(found.signed([service.signer_of(settings)]))


@router.get("/sw.js")
def worker(request: Request) -> Response:
    """The script behind what it is to keep; a longer scope than that of `/sw.js`, which stays."""
    pages: Pages = request.app.state.pages
    told = {
        "page": PAGE,
        "list": LIST,
        "files": [pages.static(name) for name in _FILES],
    }
    text = json.dumps(told, separators=(",", ":"))
    source = (STATIC / "sealed-worker.js").read_text("utf-8")
    version = hashlib.sha256((text + source).encode()).hexdigest()[:_DIGEST]
    body = f'"use strict";self.KEPT={text};KEPT.version="{version}";\n{source}'
    return Response(body, media_type="text/javascript")


@router.get("/kiem.webmanifest")
def manifest(request: Request) -> Response:
    """By which an inspector's telephone installs it."""
    pages: Pages = request.app.state.pages
    icons = [("icon-192.png", "192x192"), ("icon-512.png", "512x512")]
    told = {
        "id": PAGE,
        "name": translate(VIETNAMESE, _("Kiểm tem niêm")),
        "short_name": translate(VIETNAMESE, _("Kiểm tem")),
        "lang": VIETNAMESE,
        "start_url": PAGE,
        "scope": "/S/",
        "display": "standalone",
        "icons": [
            {"src": pages.static(name), "sizes": sizes, "type": "image/png"}
            for name, sizes in icons
        ],
    }
    return JSONResponse(told, media_type="application/manifest+json")


@router.get("")
def typed(ma: Annotated[str, Query(max_length=_LONGEST)]) -> RedirectResponse:
    """What somebody pasted, where the page cannot run by itself."""
    digits = "".join(sign for sign in ma if sign in "0123456789")[-DIGITS:]
    return RedirectResponse(f"/S/{digits or '0'}", HTTPStatus.SEE_OTHER)
