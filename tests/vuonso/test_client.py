"""The demonstration's browser: cookies, redirects inside its origin, its Origin told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vuonso.buyer import Buyer
from vuonso.client import Browser
from vuonso.errors import DemoError, UnreachableError
from vuonso.farmer import Farmer

LD = '<script type="application/ld+json">{"@type": "Product"}</script>'
PAGES = {
    "/vuon": "<p>Mọi thứ ổn</p>",
    "/dang-nhap": "<form>",
    "/T/ABC": '<main data-verdict="genuine">',
    "/T/BLANK": "<main>",
    "/cho/melon": LD,
    "/cho/bare": "<p>Dưa lưới</p>",
}


class Shop(BaseHTTPRequestHandler):
    """Answers as the cloud would: a one-time link, pages, and an echo of what is posted."""

    def do_GET(self) -> None:
        if self.path == "/whoami":
            self._answer(200, json.dumps({"cookie": self.headers["Cookie"]}))
        elif self.path in PAGES:
            self._answer(200, PAGES[self.path], {"Content-Type": "text/html; charset=utf-8"})
        else:
            self._answer(404, "không có")

    def do_POST(self) -> None:
        if self.path.startswith("/vao/"):
            where = "/vuon" if self.path == "/vao/good" else "/dang-nhap"
            self._answer(303, "", {"Location": where, "Set-Cookie": "phien=42; Path=/; HttpOnly"})
            return
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        told = {
            "body": body,
            "origin": self.headers["Origin"],
            "kind": self.headers["Content-Type"],
        }
        self._answer(201, json.dumps(told))

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def _answer(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_redirect_is_followed_and_the_cookie_kept(origin: str) -> None:
    browser = Browser(origin)
    reply = browser.submit("/vao/good")
    assert (reply.status, reply.url, reply.kind) == (200, "/vuon", "text/html")
    assert browser.get("/whoami").json() == {"cookie": "phien=42"}


def test_a_post_tells_its_origin_and_its_kind(origin: str) -> None:
    reply = Browser(origin).post_json("/api", {"litres": 5})
    assert reply.ok
    assert reply.json() == {"body": '{"litres": 5}', "origin": origin, "kind": "application/json"}


def test_silence_is_an_error_of_its_own() -> None:
    with pytest.raises(UnreachableError, match="does not answer"):
        Browser("http://127.0.0.1:1").get("/")


def test_a_used_login_link_is_said(origin: str) -> None:
    Farmer(origin).log_in(f"{origin}/vao/good")
    with pytest.raises(DemoError, match="led to /dang-nhap"):
        Farmer(origin).log_in(f"{origin}/vao/used")


def test_the_buyer_reads_the_verdict(origin: str) -> None:
    assert Buyer(origin).scan("https://tem.example/T/ABC") == "genuine"
    with pytest.raises(DemoError, match="no verdict"):
        Buyer(origin).scan("https://tem.example/T/BLANK")
    with pytest.raises(DemoError, match="404"):
        Buyer(origin).scan("https://tem.example/T/NONE")


def test_the_buyer_reads_what_search_engines_read(origin: str) -> None:
    assert Buyer(origin).read_product("melon") == f"{origin}/cho/melon"
    with pytest.raises(DemoError, match="no JSON-LD"):
        Buyer(origin).read_product("bare")
