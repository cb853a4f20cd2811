"""Refusals as EPCIS 2.0 gives them: problem documents (RFC 9457) with the standard's own types."""

from http import HTTPStatus
from typing import Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from cloud.errors import BadRequest, CloudError

MEDIA_TYPE: Final = "application/problem+json"

_KINDS: Final[dict[int, str]] = {
    HTTPStatus.BAD_REQUEST: "ValidationException",
    HTTPStatus.UNAUTHORIZED: "SecurityException",
    HTTPStatus.FORBIDDEN: "SecurityException",
    HTTPStatus.NOT_FOUND: "NoSuchResourceException",
    HTTPStatus.CONFLICT: "ResourceAlreadyExistsException",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "UnsupportedMediaTypeException",
}
_OF_QUERIES: Final[dict[int, str]] = {
    HTTPStatus.BAD_REQUEST: "QueryValidationException",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "QueryTooComplexException",
}
_OF_CAPTURES: Final[dict[int, str]] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "CaptureLimitExceededException",
}
_ELSE: Final = "ImplementationException"
_UNKNOWN: Final = "a parameter of this name is not supported"


class UnreadableQuery(BadRequest):
    """A parameter of a query that there is not, or with a value it cannot have."""

    def __init__(self, error: RequestValidationError) -> None:
        super().__init__()
        first = error.errors()[0]
        known = first["type"] != "extra_forbidden"
        self.detail = f"{first['loc'][-1]}: cannot have this value" if known else _UNKNOWN


class ProblemDocument(BaseModel):
    """The one shape of every refusal below /epcis/."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


def answer(error: CloudError, sentence: str, method: str, request_id: str) -> JSONResponse:
    document = ProblemDocument(
        type=f"epcisException:{_kind(error.status, method)}",
        title=sentence,
        status=error.status,
        detail=error.detail or error.code,
        instance=f"urn:vuonso:request:{request_id}",
    )
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(document.model_dump(), error.status, headers, MEDIA_TYPE)


def _kind(status: int, method: str) -> str:
    own = _OF_CAPTURES if method == "POST" else _OF_QUERIES
    return own.get(status) or _KINDS.get(status, _ELSE)
