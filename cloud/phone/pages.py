"""The service worker, the manifest, and the pages that are shown when there is no line."""

import hashlib
import json
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from cloud.i18n import VIETNAMESE, _, translate
from cloud.permissions import public
from cloud.web import STATIC, Pages, language_of, render, render_text

router = APIRouter(dependencies=[Depends(public())])

LOST: Final = "/mat-mang"
LOST_STOP: Final = f"{LOST}/dung"
LOST_FORM: Final = f"{LOST}/chua-gui"
_LOST: Final = {LOST: "page", LOST_STOP: "stop", LOST_FORM: "form"}

_FILES: Final = (
    "app.css",
    "entry.js",
    "live.js",
    "outbox.js",
    "phone.js",
    "post.js",
    "smaller.js",
    "icon.svg",
)
_AHEAD: Final = ("/nhat-ky/ghi",)
"""Fetched before anybody went there: a field without a line is where the diary is written."""
_WORDS: Final = {
    "now": _("vừa xong"),
    "m": _("# phút trước"),
    "h": _("# giờ trước"),
    "d": _("# ngày trước"),
}
_GREEN: Final = "#17632a"
_DIGEST: Final = 12


@router.get("/sw.js")
def worker(request: Request) -> Response:
    """The script behind what it is to keep: another file, another script, and browsers take it.

    The pages for when there is no line have addresses that stay, so the version is of their text
    as well, without the keys of its forms, which are new each time.
    """
    pages: Pages = request.app.state.pages
    language = language_of(request)
    told = {
        "files": [pages.static(name) for name in _FILES],
        "pages": list(_LOST),
        "ahead": list(_AHEAD),
        "post": pages.static("post.js"),
        "words": {unit: translate(language, words) for unit, words in _WORDS.items()},
        "language": language,
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    source = (STATIC / "sw.js").read_text("utf-8")
    lost = "".join(
        render_text(request, "phone/lost.html", what=what, fresh_key=str)
        for what in _LOST.values()
    )
    version = hashlib.sha256((text + source + lost).encode()).hexdigest()[:_DIGEST]
    body = f'"use strict";self.KEPT={text};KEPT.version="{version}";\n{source}'
    return Response(body, media_type="text/javascript")


@router.get("/manifest.webmanifest")
def manifest(request: Request) -> Response:
    """By what a telephone installs the application; in Vietnamese for everybody."""
    pages: Pages = request.app.state.pages
    told = {
        "id": "/vuon",
        "name": "Vườn Số",
        "short_name": "Vườn Số",
        "description": translate(VIETNAMESE, _("Xem vườn, tưới nước, dừng nước, ghi nhật ký.")),
        "lang": VIETNAMESE,
        "start_url": "/vuon",
        "scope": "/",
        "display": "standalone",
        "orientation": "portrait",
        "theme_color": _GREEN,
        "background_color": "#f3f5ef",
        "icons": [
            _icon(pages, "icon-192.png", "192x192", "any"),
            _icon(pages, "icon-512.png", "512x512", "any"),
            _icon(pages, "icon-maskable-512.png", "512x512", "maskable"),
            _icon(pages, "icon.svg", "any", "any"),
        ],
    }
    return JSONResponse(told, media_type="application/manifest+json")


@router.get(LOST)
def lost(request: Request) -> HTMLResponse:
    return render(request, "phone/lost.html", what=_LOST[LOST])


@router.get(LOST_STOP)
def lost_stop(request: Request) -> HTMLResponse:
    return render(request, "phone/lost.html", what=_LOST[LOST_STOP])


@router.get(LOST_FORM)
def lost_form(request: Request) -> HTMLResponse:
    return render(request, "phone/lost.html", what=_LOST[LOST_FORM])


def _icon(pages: Pages, name: str, sizes: str, purpose: str) -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith("svg") else "image/png"
    return {"src": pages.static(name), "sizes": sizes, "type": kind, "purpose": purpose}
