"""GS1 Digital Links at the door of the pages: syntax, packed links, and who may read the answers.

What is no Digital Link passes untouched. The routes behind see plain links without a final slash.
"""

import re
from typing import ClassVar, Final

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.errors import Malformed
from cloud.i18n import _
from cloud.web import error_response
from traceability import compression
from traceability.ai import table
from traceability.digital_link import DigitalLink, parse
from traceability.errors import GS1Error

HEAD: Final = "vuonso.head"
"""Set in the scope of a request that wants no body; it is no look at a stamp."""

_STEM: Final = "https://id.gs1.org"
_METHODS: Final = "GET, HEAD, OPTIONS"
_PACKED: Final = re.compile(r"(/01/[0-9]{14})?/[A-Za-z0-9_-]{8,200}")
_OPEN: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": _METHODS,
    "access-control-allow-headers": "Accept, Accept-Language",
    "access-control-expose-headers": "Link, Location",
    "cross-origin-resource-policy": "cross-origin",
}


class BadLink(Malformed):
    """The address begins like a Digital Link and breaks its syntax."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_link"
    sentence: ClassVar[str] = _("Đường link trong mã bị sai. Hãy quét lại.")


class DigitalLinks:
    """One ASGI layer inside the door."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = _raw_path(scope) if scope["type"] == "http" else ""
        packed = _unpacked(raw)
        if packed is None and not _is_link(raw):
            await self._app(scope, receive, send)
            return
        reply = _opened(send, packed, head=scope["method"] == "HEAD")
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers={"allow": _METHODS})(scope, receive, reply)
            return
        plain = raw.rstrip("/") if packed is None else packed.on("")
        if packed is None and not _is_sound(plain):
            await error_response(Request(scope, receive), BadLink())(scope, receive, reply)
            return
        await self._app(_plain(scope, plain.partition("?")[0]), receive, reply)


def _raw_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("ascii", "replace")


def _is_link(raw: str) -> bool:
    """Whether it begins with a key of GS1's; no page of ours begins with digits."""
    key = table().get(raw.split("/", 2)[1] if raw.startswith("/") else "")
    return key is not None and key.key


def _is_sound(plain: str) -> bool:
    try:
        parse(_STEM + plain)
    except GS1Error:
        return False
    return True


def _unpacked(raw: str) -> DigitalLink | None:
    """The plain link in a packed one."""
    if not _PACKED.fullmatch(raw):
        return None
    try:
        return parse(compression.expand(_STEM + raw))
    except GS1Error:
        return None


def _plain(scope: Scope, path: str) -> Scope:
    head = scope["method"] == "HEAD"
    method = "GET" if head else scope["method"]
    decoded = path if "%" not in path else scope["path"].rstrip("/")
    return {**scope, "path": decoded, "raw_path": path.encode(), "method": method, HEAD: head}


def _opened(send: Send, packed: DigitalLink | None, *, head: bool) -> Send:
    """Readable from any page; what was packed is told plainly; and no body for HEAD."""

    async def reply(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_OPEN)
            if packed is not None:
                headers.append("link", f'<{packed.canonical()}>; rel="owl:sameAs"')
        elif head:
            message = {**message, "body": b""}
        await send(message)

    return reply
