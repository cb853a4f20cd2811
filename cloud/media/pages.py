"""Photos as a browser asks for them: to whoever may see the place where they were taken."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from cloud.errors import NotFound
from cloud.media import service
from cloud.media.store import Store
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep

router = APIRouter(prefix="/anh")
Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]

_HEADERS: Final = {
    # Never another picture under this address; and for this person's browser alone.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
}


@router.get("/{photo}")
def large(request: Request, session: SessionDep, principal: Reader, photo: str) -> FileResponse:
    return _file(request, service.get(session, principal, photo).large)


@router.get("/{photo}/nho")
def small(request: Request, session: SessionDep, principal: Reader, photo: str) -> FileResponse:
    return _file(request, service.get(session, principal, photo).small)


def _file(request: Request, name: str) -> FileResponse:
    store: Store = request.app.state.store
    path = store.path(name)
    if not path.is_file():
        raise NotFound  # the database was put back without its pictures
    return FileResponse(path, headers=_HEADERS, media_type="image/webp")
