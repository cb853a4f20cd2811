"""The browser's bench: a real server on loopback, a real Chromium, a device that talks."""

import os
import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from sqlmodel import Session

from cloud.app import create_app
from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.greenhouses.live import Streams
from cloud.products import service as products
from cloud.server import Server, make_server
from cloud.settings import Settings
from tests.cloud.conftest import Member, _seed, sqlite_template
from tests.cloud.greenhouses.garden import Garden

__all__ = ["sqlite_template"]

CHROMIUM = Path(os.environ.get("VUONSO_TEST_CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BLOCKED = "Service Worker registration blocked by Playwright"
DEADLINE_S = 60.0  # a browser on a busy machine takes its time; nothing here is a promise of speed
DEADLINE_MS = DEADLINE_S * 1000
expect.set_options(timeout=DEADLINE_MS)


@dataclass
class Site:
    """The running service with one seeded cooperative and its device."""

    url: str
    garden: Garden
    member: Member
    server: Server
    streams: Streams
    app: FastAPI


class Weight(NamedTuple):
    """Octets on the wire: all of them, and the compressed scripts without headers."""

    octets: int
    script: int


@dataclass
class Visit:
    """A page open in the browser, and everything it complained about."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        answer = self.page.goto(self.site.url + path)
        assert answer is not None, path

    def log_in(self) -> None:
        self.log_in_as(self.site.member)

    def log_in_as(self, member: Member) -> None:
        self.go("/dang-nhap")
        self.page.fill("[name=phone]", member.phone)
        self.page.fill("[name=password]", member.password)
        self.page.click("main button")
        self.page.wait_for_url("**/vuon")

    def octets_of(self, path: str) -> int:
        """Everything that crosses the wire for a first look at a page."""
        return self.weigh(path).octets

    def weigh(self, path: str) -> Weight:
        """What a page weighs to somebody who was never here."""
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        kinds: dict[str, str] = {}
        whole: dict[str, int] = {}
        bodies: dict[str, int] = defaultdict(int)

        def came(event: dict[str, Any]) -> None:
            kinds[event["requestId"]] = event["type"]

        def part(event: dict[str, Any]) -> None:
            bodies[event["requestId"]] += event["encodedDataLength"]

        def ended(event: dict[str, Any]) -> None:
            whole[event["requestId"]] = event["encodedDataLength"]

        devtools.on("Network.responseReceived", came)
        devtools.on("Network.dataReceived", part)
        devtools.on("Network.loadingFinished", ended)
        self.go(path)
        devtools.detach()
        scripts = [bodies[one] for one, kind in kinds.items() if kind == "Script"]
        return Weight(sum(whole.values()), sum(scripts))

    def post(self, path: str, **body: object) -> dict[str, str]:
        """Ask the service as this browser, without a page."""
        own = {"Origin": self.site.url}
        answer = self.page.request.post(self.site.url + path, data=body, headers=own)
        assert answer.ok, answer.text()
        made: dict[str, str] = answer.json()
        return made

    def send_picture(self, product: str, octets: bytes) -> None:
        """A picture of a product, as its page sends it."""
        answer = self.page.request.post(
            f"{self.site.url}/htx/anh-hang",
            headers={"Origin": self.site.url},
            multipart={
                "product": product,
                "photos": {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": octets},
            },
        )
        assert answer.ok, answer.text()

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and message.text != BLOCKED:
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its module: while it lives, no other test can run an event loop of its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copy(sqlite_template, tmp_path / "cloud.db")
    with running(tmp_path) as site:
        yield site


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """The service on a migrated database in this folder, with a cooperative that sells."""
    engine = make_engine(f"sqlite:///{folder / 'cloud.db'}")
    clock = SystemClock()
    settings = Settings(data_dir=folder / "cloud", demo=True)
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        seeded = _seed(session, settings, clock.now())
        account = products.Account("Ngân hàng Thử", "970499", "0011223344", "HTX THU")
        products.open_shop(session, seeded.cooperative, account, clock.now())
    app = create_app(settings, engine, clock)
    server = make_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        garden = Garden(engine, seeded, clock, announce=app.state.hub.announce)
        garden.birth()
        url = f"http://127.0.0.1:{port}"
        yield Site(url, garden, seeded.manager, server, app.state.streams, app)
    finally:
        server.should_exit = True
        thread.join(DEADLINE_S)
        engine.dispose()
        assert not thread.is_alive(), "the server did not end"


@pytest.fixture
def open_visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visit]]:
    """Open a telephone: 360 × 640, any colour scheme and language, with or without JavaScript.

    The service worker is for the tests of it: elsewhere it would stand between a page and the line
    that a test breaks.
    """
    contexts: list[BrowserContext] = []

    def visit(
        *,
        scheme: str = "light",
        language: str = "vi",
        javascript: bool = True,
        width: int = 360,
        worker: bool = False,
    ) -> Visit:
        context = browser.new_context(
            service_workers="allow" if worker else "block",
            viewport={"width": width, "height": 640},
            device_scale_factor=2,
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(DEADLINE_MS)
        context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
        visit = Visit(context.new_page(), site)
        visit.page.on("console", visit.note)
        return visit

    yield visit
    for context in contexts:
        context.close()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a real condition, never for a time."""
    pause = threading.Event()
    for _ in range(int(DEADLINE_S / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    pytest.fail("the condition did not come true in time")


@pytest.fixture
def visit(open_visit: Callable[..., Visit]) -> Visit:
    return open_visit()
