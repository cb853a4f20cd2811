"""Photos and recordings as a browser asks for them: to whoever may see where they were made."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from cloud.errors import NotFound
from cloud.media import recordings, service
from cloud.media.store import Store
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]

_HEADERS: Final = {
    # Never anything else under this address; and for this person's browser alone.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
}


@router.get("/anh/{photo}")
def large(request: Request, session: SessionDep, principal: Reader, photo: str) -> FileResponse:
    return _file(request, service.get(session, principal, photo).large, "image/webp")


@router.get("/anh/{photo}/nho")
def small(request: Request, session: SessionDep, principal: Reader, photo: str) -> FileResponse:
    return _file(request, service.get(session, principal, photo).small, "image/webp")


@router.get("/tieng/{recording}")
def sound(
    request: Request, session: SessionDep, principal: Reader, recording: str
) -> FileResponse:
    """Under the type that its octets are, in parts where a player asks for parts."""
    found = recordings.get(session, principal, recording)
    return _file(request, found.name, found.kind.value)


def _file(request: Request, name: str, media_type: str) -> FileResponse:
    store: Store = request.app.state.store
    path = store.path(name)
    if not path.is_file():
        raise NotFound  # the database was put back without its files
    return FileResponse(path, headers=_HEADERS, media_type=media_type)
