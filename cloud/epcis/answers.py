"""What programs get to see: query documents, capture jobs, and the headers of the standard."""

import json
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, JsonValue

from cloud.door import MAX_EVENTS
from cloud.epcis.models import EpcisCapture, EpcisEvent
from cloud.epcis.query import Place, token_of
from cloud.epcis.service import MOST_EVENTS
from traceability.epcis.farm import NAMESPACE

ROLLBACK: Final = "rollback"
STANDARD: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
VERSIONS: Final = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-Extensions": f"vs={NAMESPACE}",
}
DISCOVERY: Final = VERSIONS | {
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-EPC-Format": "Never_Translates",
    "GS1-Vendor-Version": "vuonso",
}
CAPTURE: Final = DISCOVERY | {
    "GS1-EPCIS-Capture-Limit": str(MOST_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_EVENTS),
    "GS1-Capture-Error-Behaviour": ROLLBACK,
}
_NAME: Final = "SimpleEventQuery"


class LinkedData(JSONResponse):
    """JSON that says which words it uses."""

    media_type = "application/ld+json"


class CaptureJob(BaseModel):
    """A document that was captured: done when it is first told of, for it was taken at once."""

    captureID: str  # noqa: N815 - the standard's own name
    createdAt: datetime  # noqa: N815 - the standard's own name
    finishedAt: datetime  # noqa: N815 - the standard's own name
    running: bool
    success: bool
    captureErrorBehaviour: str  # noqa: N815 - the standard's own name
    errors: list[str]


def job(row: EpcisCapture) -> CaptureJob:
    return CaptureJob(
        captureID=row.public_id,
        createdAt=row.at,
        finishedAt=row.at,
        running=False,
        success=True,
        captureErrorBehaviour=ROLLBACK,
        errors=[],
    )


def document(
    request: Request, rows: list[EpcisEvent], onward: Place | None, now: datetime
) -> LinkedData:
    """The answer to a query; each event brings its own context, for it came from elsewhere."""
    content: dict[str, JsonValue] = {
        "@context": [STANDARD],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(now),
        "epcisBody": {
            "queryResults": {
                "queryName": _NAME,
                "resultsBody": {"eventList": [_event(row) for row in rows]},
            }
        },
    }
    return LinkedData(content, headers=VERSIONS | link(request, onward))


def link(request: Request, onward: Place | None) -> dict[str, str]:
    """Where the next page is (RFC 8288), as long as there is one."""
    if onward is None:
        return {}
    asked = {**request.query_params, "nextPageToken": token_of(onward)}
    return {"Link": f'<{request.url.path}?{urlencode(asked)}>; rel="next"'}


def capabilities(allowed: str, headers: dict[str, str]) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allowed, **headers})


def _event(row: EpcisEvent) -> JsonValue:
    """As it came in, with its name and when it was recorded, which is for us to say."""
    body: dict[str, JsonValue] = json.loads(row.body)
    return {**body, "eventID": row.event_id, "recordTime": _time(row.recorded_at)}


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
