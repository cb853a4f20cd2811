"""Pages and answers: templates per language, hashed static files, and one face for every error."""

import hashlib
import logging
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Protocol, cast
from urllib.parse import quote, urlsplit

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import BaseModel
from sqlmodel import Session
from starlette.exceptions import HTTPException

from cloud import i18n, problems
from cloud.clock import Clock
from cloud.db import new_public_id
from cloud.errors import (
    CloudError,
    Forbidden,
    Malformed,
    NotAllowed,
    NotFound,
    ProofNeeded,
    TooLarge,
    Unauthenticated,
)
from cloud.kept import owner_of
from cloud.permissions import Permission, may
from cloud.principal import Principal

_HERE: Final = Path(__file__).parent
TEMPLATES: Final = _HERE / "templates"
STATIC: Final = _HERE / "static"
SHARED: Final = Path(str(files("traceability").joinpath("browser")))
"""Scripts that others run as well, served beside our own."""

LOGGED_IN: Final = frozenset({"sid", "__Host-sid"})
"""Cookies by one of which a browser shows that somebody is logged in."""

_STOPS: Final = re.compile(r"/vuon/([^/]+/)?dung")

_DIGEST: Final = 12  # hexadecimal characters of a file's hash in its address

_SENTENCES: Final = 8_192
"""More than there are."""

_DRAWN: Final = 4_096
"""Pieces of pages; with what they are of, at some 2 kB each."""

_log = logging.getLogger(__name__)


class Refusal(BaseModel):
    """Why something was refused: for programs, for people, and for whoever looks it up."""

    code: str
    sentence: str
    request_id: str


class Stoppable(Protocol):
    """A greenhouse whose water may be stopped."""

    id: int | None
    public_id: str
    name: str


class Problem(BaseModel):
    """The one shape of every refusal to a program."""

    error: Refusal


class Pages:
    """Templates with the words of each language, and the addresses of static files."""

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self._environments = {
            language: _environment(language, templates, self.static) for language in i18n.LANGUAGES
        }
        self._static = {
            file.relative_to(folder).as_posix(): _digest(file)
            for folder in (SHARED, STATIC)
            for file in folder.rglob("*")
            if file.is_file()
        }

    def static(self, name: str) -> str:
        """The address of a static file; changes with its content, so it may be kept for ever."""
        return f"/static/{name}?v={self._static[name]}"

    def outlines(self) -> Mapping[str, str]:
        """The icons' outlines by name, on a grid of 24."""
        icons = self._environments[i18n.VIETNAMESE].get_template("icons.html").module
        found: Mapping[str, str] = icons.OUTLINES  # type: ignore[attr-defined]  # of the template
        return found

    def text(self, language: str, template: str, /, **context: object) -> str:
        return self._environments[language].get_template(template).render(**context)


@cache
def shipped() -> Pages:
    """The pages of this release; each template is compiled once in a process."""
    return Pages()


def sentences(language: str) -> Callable[..., Markup]:
    """`translate` for templates: sentences are trusted, what is filled in is escaped.

    Jinja's own way asks its context three times and makes a new one inside a loop; a list of
    products has a hundred sentences.
    """

    @lru_cache(_SENTENCES)
    def sentence(msgid: str) -> Markup:
        return Markup(i18n.translate(language, msgid))

    @lru_cache(_SENTENCES)
    def plain(msgid: str) -> Markup:
        return sentence(msgid) % {}

    def gettext(msgid: str, /, **params: object) -> Markup:
        return sentence(msgid) % params if params else plain(msgid)

    return gettext


def drawings(environment: Environment) -> Callable[..., Markup]:
    """A macro's piece of a page, kept by all that it is drawn from: values that never change.

    A macro that is asked for like this knows no request, and nothing but what it is given.
    """

    @lru_cache(_DRAWN)
    def drawn(template: str, macro: str, /, *values: Hashable) -> Markup:
        draw: Callable[..., Markup] = getattr(environment.get_template(template).module, macro)
        return draw(*values)

    return drawn


def render(
    request: Request, template: str, status: int = HTTPStatus.OK, **context: object
) -> HTMLResponse:
    return HTMLResponse(render_text(request, template, **context), status)


def render_text(request: Request, template: str, **context: object) -> str:
    """A page or a fragment; every template knows the request, the language and the principal."""
    language, principal = language_of(request), principal_of(request)
    pages: Pages = request.app.state.pages
    return pages.text(
        language,
        template,
        request=request,
        language=language,
        principal=principal,
        may=lambda permission: may(principal, Permission(permission)),
        demo=request.app.state.settings.demo,
        shown_at=now(request),
        owner=owner_of(principal) if principal else "",
        unheeded=partial(_unheeded, request),
        stoppable=partial(_stoppable, request),
        **context,
    )


def _unheeded(request: Request) -> int:
    """How many alerts of the reader's nobody has said to know of; asked by pages that show it."""
    session: Session | None = getattr(request.state, "session", None)
    principal = principal_of(request)
    if session is None or principal is None or not may(principal, Permission.GREENHOUSE_READ):
        return 0
    count: Callable[[Session, Principal], int] = request.app.state.unheeded
    return count(session, principal)


def _stoppable(request: Request) -> Sequence[Stoppable]:
    """The reader's greenhouses, if they may stop water; asked by pages that offer it."""
    session: Session | None = getattr(request.state, "session", None)
    principal = principal_of(request)
    if session is None or principal is None or not may(principal, Permission.STOP):
        return ()
    houses: Callable[[Session, Principal], Sequence[Stoppable]] = request.app.state.houses
    return houses(session, principal)


def principal_of(request: Request) -> Principal | None:
    """Who is logged in, as far as this route asked."""
    return cast("Principal | None", getattr(request.state, "principal", None))


def language_of(request: Request) -> str:
    principal = principal_of(request)
    account = principal.language if principal else None
    wish = request.query_params.get(i18n.LANGUAGE_COOKIE)
    return i18n.chosen(wish, request.cookies.get(i18n.LANGUAGE_COOKIE), account)


def now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock.now()


async def _moment(request: Request) -> datetime:
    """A coroutine, since a plain function would be sent to a thread for nothing."""
    return now(request)


NowDep = Annotated[datetime, Depends(_moment)]


def install_errors(app: FastAPI) -> None:
    app.add_exception_handler(CloudError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _broken)


def error_response(request: Request, error: CloudError) -> Response:
    """JSON for programs, a page for people; nothing of what was sent comes back."""
    sentence = i18n.translate(language_of(request), error.sentence, **error.params)
    request_id = getattr(request.state, "request_id", "")
    if is_epcis(request):
        return problems.answer(error, sentence, request.method, request_id)
    if is_api(request):
        refusal = Refusal(code=error.code, sentence=sentence, request_id=request_id)
        return JSONResponse(Problem(error=refusal).model_dump(), error.status)
    if isinstance(error, Unauthenticated) and request.method == "GET":
        return RedirectResponse(f"/dang-nhap?tiep={quote(request.url.path)}", HTTPStatus.SEE_OTHER)
    if isinstance(error, ProofNeeded):
        return RedirectResponse(f"/tai-khoan/xac-nhan?tiep={_from(request)}", HTTPStatus.SEE_OTHER)
    return render(
        request,
        "errors/error.html",
        error.status,
        code=error.code,
        sentence=sentence,
        request_id=request_id,
        stops_all=_offers_stop(request, error),
        unstopped=_STOPS.fullmatch(request.url.path) is not None,
    )


def _offers_stop(request: Request, error: CloudError) -> bool:
    """Whether a page of trouble has STOP on it; asks no database, which may be the trouble."""
    principal = principal_of(request)
    if principal is not None:
        return may(principal, Permission.STOP)
    return not isinstance(error, Unauthenticated) and not LOGGED_IN.isdisjoint(request.cookies)


def _from(request: Request) -> str:
    """The path of the page that was asked for, or whose button was pressed, within an address."""
    page = request.headers.get("referer", "") if request.method == "POST" else str(request.url)
    return quote(urlsplit(page).path)


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def is_epcis(request: Request) -> bool:
    """Where refusals have the shape that EPCIS 2.0 gives them."""
    return request.url.path.startswith("/epcis/")


def _refused(request: Request, error: Exception) -> Response:
    return error_response(request, cast("CloudError", error))


_BY_STATUS: Final[dict[int, type[CloudError]]] = {
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.METHOD_NOT_ALLOWED: NotAllowed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge,
}


def _http(request: Request, error: Exception) -> Response:
    status = cast("HTTPException", error).status_code
    return error_response(request, _BY_STATUS.get(status, Malformed)())


def _malformed(request: Request, error: Exception) -> Response:
    if is_epcis(request):
        unreadable = problems.UnreadableQuery(cast("RequestValidationError", error))
        return error_response(request, unreadable)
    return error_response(request, Malformed())


def _broken(request: Request, error: Exception) -> Response:
    number = getattr(request.state, "request_id", "?")
    _log.error("request %s failed", number, exc_info=error, extra={"request": number})
    return error_response(request, CloudError())


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGEST]


def _environment(language: str, templates: Path, static: Callable[[str], str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # a release that is replaced goes on with the pages it began with
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = i18n.catalog(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by ext.i18n
        words.gettext, words.ngettext, newstyle=True
    )
    environment.globals.update(
        _=sentences(language),
        drawn=drawings(environment),
        static=static,
        simulated=False,
        screen="",
        current="",
        stops=None,
        fresh_key=new_public_id,
    )
    environment.filters.update(
        number=partial(i18n.number, language),
        litres=partial(i18n.litres, language),
        percent=partial(i18n.percent, language),
        kilograms=partial(i18n.kilograms, language),
        dong=i18n.dong,
        day=i18n.day,
        day_time=i18n.day_time,
        clock_time=i18n.clock_time,
    )
    return environment
