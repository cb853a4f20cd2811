"""The files that channels fetch: whoever has the address may, and nobody else knows it."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import IO, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from cloud.channels import fetching
from cloud.channels.window import WindowDep
from cloud.permissions import public
from cloud.transaction import WritingSessionDep
from cloud.web import NowDep

router = APIRouter(dependencies=[Depends(public())])

_IN_MEMORY: Final = 1_000_000
"""Octets of a feed before it goes to the disk: some seven hundred items."""
_PIECE: Final = 64 * 1024
_KEPT: Final = "private, max-age=300"


@router.get("/kenh/{token}/{file}")
def feed(
    request: Request,
    session: WritingSessionDep,
    now: NowDep,
    window: WindowDep,
    token: str,
    file: str,
) -> Response:
    """Written whole before the first octet leaves, for its hash goes ahead of it."""
    found = fetching.feed(session, token, file, window, now)
    written, tag = _written(found.parts)
    headers = {"ETag": tag, "Cache-Control": _KEPT, "X-Robots-Tag": "noindex"}
    if tag in request.headers.get("If-None-Match", ""):
        written.close()
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return StreamingResponse(_pieces(written), headers=headers, media_type=found.media_type)


def _written(parts: Iterable[str]) -> tuple[IO[bytes], str]:
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed by who sends it)
    digest = hashlib.sha256()
    for part in parts:
        octets = part.encode()
        digest.update(octets)
        file.write(octets)
    file.seek(0)
    return file, f'"{digest.hexdigest()[:32]}"'


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
