"""The public log for everybody: its files as c2sp.org/tlog-tiles names them, and pages to read."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from sqlmodel import Session

from cloud.permissions import public
from cloud.transaction import SessionDep
from cloud.transparency import service, words
from cloud.transparency.service import Head
from cloud.web import language_of, render
from traceability.tiles import WIDTH, Tile

router = APIRouter(prefix="/so", dependencies=[Depends(public())])

LISTED: Final = 30
"""Lines on one page: two screens of a telephone."""
_MOST: Final = 2**31 - 1

Number = Annotated[int, Path(ge=0, le=_MOST)]
Level = Annotated[str, Path(pattern=r"^(entries|[0-9])$")]
Group = Annotated[str, Path(pattern=r"^x[0-9]{3}$")]
Name = Annotated[str, Path(pattern=r"^[0-9]{3}$")]
Width = Annotated[int, Path(ge=1, lt=WIDTH)]


@router.get("")
def log_page(
    request: Request,
    session: SessionDep,
    before: Annotated[int | None, Query(alias="truoc", ge=0, le=_MOST)] = None,
) -> HTMLResponse:
    """How far the log goes, what it says, and how to check it."""
    head, language = head_of(request, session), language_of(request)
    found = service.newest(session, LISTED, before)
    return render(
        request,
        "transparency/log.html",
        head=head,
        root=head.checkpoint.root.hex(),
        lines=[words.shown(one, language) for one in found],
        more=found[-1].number if found and found[-1].number else None,
        newest=before is None,
    )


@router.get("/checkpoint")
def checkpoint(request: Request, session: SessionDep) -> PlainTextResponse:
    return PlainTextResponse(head_of(request, session).note)


@router.get("/key")
def key(request: Request, session: SessionDep) -> PlainTextResponse:
    """By which checkpoints are verified; who trusts this server no more has it from elsewhere."""
    return PlainTextResponse(f"{head_of(request, session).key}\n")


@router.get("/tile/{level}/{name}.p/{width}")
def partial(
    request: Request, session: SessionDep, level: Level, name: Name, width: Width
) -> Response:
    return _tile(request, session, Tile(_level(level), int(name), width))


@router.get("/tile/{level}/{group}/{name}.p/{width}")
def far_partial(
    request: Request, session: SessionDep, level: Level, group: Group, name: Name, width: Width
) -> Response:
    return _tile(request, session, Tile(_level(level), _far(group, name), width))


@router.get("/tile/{level}/{name}")
def full(request: Request, session: SessionDep, level: Level, name: Name) -> Response:
    return _tile(request, session, Tile(_level(level), int(name)))


@router.get("/tile/{level}/{group}/{name}")
def far_full(
    request: Request, session: SessionDep, level: Level, group: Group, name: Name
) -> Response:
    return _tile(request, session, Tile(_level(level), _far(group, name)))


@router.get("/muc/{number}.json")
def entry(session: SessionDep, number: Number) -> Response:
    """The octets of a line."""
    found = service.standing(session, number)
    return Response(found.octets, media_type="application/json")


@router.get("/muc/{number}.tlog-proof")
def proof(request: Request, session: SessionDep, number: Number) -> PlainTextResponse:
    """That the line stands in the log, after c2sp.org/tlog-proof."""
    head = head_of(request, session)
    return PlainTextResponse(str(service.proof(session, request.app.state.trees, head, number)))


@router.get("/muc/{number}")
def entry_page(request: Request, session: SessionDep, number: Number) -> HTMLResponse:
    found, head = service.standing(session, number), head_of(request, session)
    return render(
        request,
        "transparency/entry.html",
        head=head,
        text=found.text,
        line=words.shown(found, language_of(request)),
    )


def head_of(request: Request, session: Session) -> Head:
    state = request.app.state
    return service.head(session, state.trees, state.settings)


def _tile(request: Request, session: Session, wanted: Tile) -> Response:
    octets = service.tile(session, request.app.state.trees, wanted)
    return Response(octets, media_type="application/octet-stream")


def _level(level: str) -> int | None:
    return None if level == "entries" else int(level)


def _far(group: str, name: str) -> int:
    """Tiles are grouped by the thousand; a million of them are 256 million lines."""
    return int(group[1:]) * 1000 + int(name)
