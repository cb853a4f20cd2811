"""EPCIS 2.0 for programs: capture, query, discovery. Subscriptions are not offered."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response

from cloud.epcis import answers, service
from cloud.epcis.answers import CaptureJob, LinkedData
from cloud.epcis.errors import NotJson, OnlyWhole
from cloud.epcis.query import CaptureQuery, EventQuery
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.problems import MEDIA_TYPE, ProblemDocument
from cloud.transaction import SessionDep
from cloud.web import NowDep

_TYPES: Final = frozenset({"application/json", "application/ld+json"})
_REFUSALS: Final = {
    "description": "Refused, and why.",
    "content": {MEDIA_TYPE: {"schema": ProblemDocument.model_json_schema()}},
}

router = APIRouter(prefix="/epcis", responses={"default": _REFUSALS})
Reader = Annotated[Principal, Depends(require(Permission.EPCIS_READ))]
Writer = Annotated[Principal, Depends(require(Permission.EPCIS_WRITE))]
Behaviour = Annotated[str, Header(alias="GS1-Capture-Error-Behaviour", max_length=40)]


async def document_of(request: Request, _principal: Writer) -> bytes:
    """The body, read only once it is known who sends it; the door bounds its size."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise NotJson
    return await request.body()


@router.post("/capture", status_code=HTTPStatus.ACCEPTED, response_class=Response)
def capture(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    octets: Annotated[bytes, Depends(document_of)],
    behaviour: Behaviour = answers.ROLLBACK,
) -> Response:
    """All events of a document or none; they are stored when this answers."""
    if behaviour != answers.ROLLBACK:
        raise OnlyWhole
    job = service.capture(session, principal, octets, now)
    headers = answers.VERSIONS | {
        "Location": f"/epcis/capture/{job.public_id}",
        "GS1-Capture-Error-Behaviour": answers.ROLLBACK,
    }
    return Response(status_code=HTTPStatus.ACCEPTED, headers=headers)


@router.options("/capture", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
def capture_limits(_principal: Reader) -> Response:
    return answers.capabilities("OPTIONS, GET, POST", answers.CAPTURE)


@router.get("/capture")
def jobs(
    request: Request,
    response: Response,
    session: SessionDep,
    principal: Reader,
    asked: Annotated[CaptureQuery, Query()],
) -> list[CaptureJob]:
    page = service.jobs(session, principal, asked)
    response.headers.update(answers.VERSIONS | answers.link(request, page.onward))
    return [answers.job(one) for one in page.jobs]


@router.get("/capture/{capture_id}")
def job(response: Response, session: SessionDep, principal: Reader, capture_id: str) -> CaptureJob:
    response.headers.update(answers.VERSIONS)
    return answers.job(service.job(session, principal, capture_id))


@router.get("/events", response_class=LinkedData)
def events(
    request: Request,
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    asked: Annotated[EventQuery, Query()],
) -> JSONResponse:
    page = service.search(session, principal, asked)
    return answers.document(request, list(page.events), page.onward, now)


@router.options("/events", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
def event_limits(_principal: Reader) -> Response:
    return answers.capabilities("OPTIONS, GET", answers.DISCOVERY)


@router.get("/events/{event_id:path}", response_class=LinkedData)
def event(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, event_id: str
) -> JSONResponse:
    """By its own ID or its hash, percent-encoded."""
    return answers.document(request, [service.get(session, principal, event_id)], None, now)
