"""What every request passes before any route: an id, a size, an origin; and the headers back."""

import secrets
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.errors import CloudError, Forbidden, Malformed, NotFound, TooLarge
from cloud.i18n import LANGUAGE_COOKIE, LANGUAGES, _
from cloud.kept import HEADER as KEPT_BY
from cloud.kept import kept_by
from cloud.logs import request_id
from cloud.web import LOGGED_IN, error_response, principal_of

MAX_BODY: Final = 64 * 1024
"""Octets of a request's body; forms and JSON of ours stay far below."""
MAX_PHOTOS: Final = 12 * 1024 * 1024
"""Of a body with photos, which telephones make smaller than 1 MB each before they send them."""
WITH_PHOTOS: Final = frozenset(
    {
        "/nhat-ky",
        "/api/v1/diary",
        "/api/v1/product-photos",
        "/htx/anh-san-pham",
        "/htx/anh-hang",
        "/htx/giay-chung-nhan",
    }
)
"""Where photos are sent to."""
WITH_FILES: Final = frozenset(
    {"/htx/sao-ke", "/htx/vat-tu", "/htx/nhap-hang", "/htx/hoa-don", "/htx/van-don"}
)
"""Where tables of banks, supplies, products and parcels, and PDFs of invoices are sent to."""
FROM_SERVICES: Final = {
    "/api/v1/zalo/bot": ("x-bot-api-secret-token",),
    "/api/v1/sepay/": ("x-sepay-signature", "authorization"),
    "/api/v1/payos/": ("content-type",),
}
"""Where a service writes to us, and the headers by which it shows that it is that service.

No page of another site can send these: a browser would ask us first, and be refused. payOS has
none: it signs what it says, and its route believes a signature alone, never who is logged in.
"""
FOR_PROGRAMS: Final = "/epcis/"
"""Below this programs of others knock with a key of their own (`cloud.tokens`)."""
MAX_EVENTS: Final = 2 * 1024 * 1024
"""Of a document of events, which only whoever shows a key may send."""
WITH_EVENTS: Final = frozenset({"/epcis/capture"})
_BEARER: Final = "bearer "

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE: Final = frozenset({"same-origin", "none"})  # none: typed into the address bar

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS: Final = {
    b"content-security-policy": _POLICY.encode(),
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), geolocation=(), microphone=(self)",
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
}
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")
_YEAR_S: Final = 31_536_000
_FOREVER: Final = b"public, max-age=31536000, immutable"
_PRIVATE: Final = b"no-store"


class ForeignOrigin(Forbidden):
    """Another site's page sent this; a browser says so."""

    code = "foreign_origin"
    sentence = _("Yêu cầu này đến từ một trang khác.")


class Door:
    """One ASGI layer around the application."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.request_id = secrets.token_hex(8)
        request_id.set(request.state.request_id)

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers(request, message)]
            await send(message)

        refusal = _refusal(request)
        if refusal is None:
            await self._app(scope, _limited(receive, _most(request)), reply)
        else:
            await error_response(request, refusal)(scope, receive, reply)

    def _headers(self, request: Request, message: Message) -> Iterable[tuple[bytes, bytes]]:
        given = {name.lower() for name, _value in message["headers"]}
        wanted = dict(_HEADERS)
        wanted[b"x-request-id"] = request.state.request_id.encode()
        wanted[b"cache-control"] = _cache(request, message["status"])
        if self._secure:
            wanted[_HSTS[0]] = _HSTS[1]
        missing = [(name, value) for name, value in wanted.items() if name not in given]
        return [*missing, *_language_cookie(request), *_owner(request, message["status"])]


def _cache(request: Request, status: int) -> bytes:
    hashed = request.url.path.startswith("/static/") and "v" in request.query_params
    return _FOREVER if hashed and status == HTTPStatus.OK else _PRIVATE


def _language_cookie(request: Request) -> Iterable[tuple[bytes, bytes]]:
    wish = request.query_params.get(LANGUAGE_COOKIE)
    if wish in LANGUAGES:
        cookie = f"{LANGUAGE_COOKIE}={wish}; Path=/; Max-Age={_YEAR_S}; SameSite=Lax"
        yield b"set-cookie", cookie.encode()


def _owner(request: Request, status: int) -> Iterable[tuple[bytes, bytes]]:
    """Whose page a telephone keeps; a page asked for in another language is not the usual one."""
    if (
        request.method != "GET"
        or status != HTTPStatus.OK
        or LANGUAGE_COOKIE in request.query_params
    ):
        return
    owner = kept_by(request.url.path, principal_of(request))
    if owner is not None:
        yield KEPT_BY, owner.encode()


def key_of(request: Request) -> str | None:
    """The key that a program shows (RFC 6750), where programs of others knock."""
    shown = request.headers.get("authorization", "")
    if not request.url.path.startswith(FOR_PROGRAMS) or not shown.lower().startswith(_BEARER):
        return None
    return shown[len(_BEARER) :].strip()


def _refusal(request: Request) -> CloudError | None:
    """Why a request comes no further than the door."""
    if _foreign(request):
        return ForeignOrigin()
    if "\0" in request.scope["path"]:
        return NotFound()  # PostgreSQL would refuse to look for it
    if b"%00" in request.scope["query_string"]:
        return Malformed()
    return TooLarge() if _announced_size(request) > _most(request) else None


def _foreign(request: Request) -> bool:
    """Whether this request is not known to come from our own page.

    Browsers send `Sec-Fetch-Site` or at least `Origin` with every unsafe request, and a program
    can; one that tells neither is refused rather than trusted, but for a service or a program
    that shows a secret where it is asked for. No browser adds a key to a request by itself.
    """
    if request.method in _SAFE_METHODS:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN_SITE
    origin = request.headers.get("origin")
    shows_secret = any(name in request.headers for name in _shown_by(request.url.path))
    if origin is None and (shows_secret or key_of(request) is not None):
        return False
    return origin is None or urlsplit(origin).netloc != request.headers.get("host")


def _shown_by(path: str) -> tuple[str, ...]:
    """The headers of the service that writes to this address, or to one right below it."""
    return FROM_SERVICES.get(path) or FROM_SERVICES.get(path[: path.rfind("/") + 1], ())


def _announced_size(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _most(request: Request) -> int:
    """A body is read before its route asks who sends it: nobody's is read at length."""
    path = request.url.path if request.method == "POST" else ""
    if path in WITH_EVENTS and key_of(request) is not None:
        return MAX_EVENTS
    roomy = path in WITH_PHOTOS | WITH_FILES and LOGGED_IN & request.cookies.keys()
    return MAX_PHOTOS if roomy else MAX_BODY


def _limited(receive: Receive, most: int) -> Receive:
    """The same body, refused as soon as it grows too large: a length may be missing or a lie."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return counted
