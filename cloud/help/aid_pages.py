"""The page for whoever is stuck: whom to call, what to tell them, and how the eight things go."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from cloud.errors import NotFound
from cloud.help import paper, team
from cloud.help.tasks import TASKS, task
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, Pages, language_of, render
from cloud.words import say

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Screen = Annotated[str, Query(alias="man", pattern=r"^[A-Z][0-9]{1,2}$")]
Name = Annotated[str, Query(alias="viec", max_length=20)]

_ALL: Final = "tat-ca"


@router.get("/tro-giup")
def aid(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, screen: Screen = "V8"
) -> HTMLResponse:
    language = language_of(request)
    return render(
        request,
        "help/aid.html",
        contacts=team.contacts(session, principal),
        message=team.message(session, principal, screen, language, now),
        tasks=_spoken(language),
    )


@router.get("/the-viec")
def cards(request: Request, _principal: Reader) -> HTMLResponse:
    return render(request, "help/cards.html", tasks=_spoken(language_of(request)), whole=_ALL)


@router.get("/the-viec.pdf")
def card(request: Request, _principal: Reader, name: Name = _ALL) -> Response:
    """One card, or all of them."""
    if task(name) is None and name != _ALL:
        raise NotFound
    pages: Pages = request.app.state.pages
    return Response(
        _drawn(name, language_of(request), pages),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="the-viec-{name}.pdf"'},
    )


@lru_cache(maxsize=32)
def _drawn(name: str, language: str, pages: Pages) -> bytes:
    found = task(name)
    return paper.cards(TASKS if found is None else (found,), pages.outlines(), language)


def _spoken(language: str) -> Sequence[Mapping[str, object]]:
    return [
        {
            "code": one.code,
            "icon": one.icon,
            "title": say(language, one.title),
            "steps": [say(language, step) for step in one.steps],
        }
        for one in TASKS
    ]
