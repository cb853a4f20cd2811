"""A person's browser reduced to what the demonstration needs: pages, JSON and cookies.

Speaks to one origin over plain HTTP and follows redirects inside it only.
"""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urljoin, urlsplit

from vuonso.errors import UnreachableError

Json = dict[str, object]

TIMEOUT_S: Final = 30.0  # a label sheet is the slowest answer and takes a few seconds
REDIRECTS: Final = frozenset({302, 303, 307})
MOST_REDIRECTS: Final = 5


@dataclass(frozen=True)
class Reply:
    """One answer, whole."""

    status: int
    kind: str
    body: bytes
    url: str

    @property
    def ok(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Json:
        found = json.loads(self.body)
        return found if isinstance(found, dict) else {"items": found}


@dataclass
class Browser:
    """Keeps cookies between requests to `origin`, for example `http://127.0.0.1:8000`."""

    origin: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def get(self, path: str) -> Reply:
        return self._follow(self._send("GET", path))

    def submit(self, path: str) -> Reply:
        """Tap the one button of a form that asks for nothing."""
        return self._follow(self._send("POST", path))

    def post_json(self, path: str, body: Json) -> Reply:
        data = json.dumps(body).encode()
        return self._send("POST", path, data, "application/json")

    def _follow(self, reply: Reply) -> Reply:
        for _ in range(MOST_REDIRECTS):
            if reply.status not in REDIRECTS:
                break
            reply = self._send("GET", reply.url)
        return reply

    def _send(self, method: str, path: str, data: bytes = b"", kind: str = "") -> Reply:
        address = urlsplit(self.origin)
        connection = HTTPConnection(address.netloc, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, data or None, self._headers(kind))
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException) as error:
            raise UnreachableError(self.origin, error) from error
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        target = urlsplit(urljoin(path, answer.headers.get("Location", path)))
        where = target.path + (f"?{target.query}" if target.query else "")
        return Reply(answer.status, answer.headers.get_content_type(), body, where)

    def _headers(self, kind: str) -> dict[str, str]:
        headers = {"Origin": self.origin, "Accept-Language": "vi"}
        if kind:
            headers["Content-Type"] = kind
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={m.value}" for k, m in self.cookies.items())
        return headers
