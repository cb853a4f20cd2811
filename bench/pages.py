"""How long a cheap telephone on a slow line waits for a page.

Run `python -m bench.pages`. A real server, Chromium at 360×640 with 400 kbit/s, 400 ms and a
processor six times slower. Ready: what the page is for can be seen, and its drawing. Cold: for the
first time; warm: with static files kept; kept: without a line, out of the telephone's own store.
Medians of `--turns`. Handshakes are not played: the first visit over TLS takes three to four round
trips more.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from cloud.db import make_engine
from cloud.schema import migrate
from tests.browser.conftest import CHROMIUM, DEADLINE_MS, FLAGS, Site, Visit, running
from tests.browser.story import live_through_a_day, sell

LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
"""400 kbit/s in octets; 400 ms for each request."""
SLOWER = 6
COLD_S = 2.0
"""Target of a farmer's first visit to the home page."""
WATCH = """
(() => {
  const look = () => {
    const all = WANTED.map((one) => document.querySelector(one));
    const seen = all.every((one) => one && one.getClientRects().length && one.getBoundingClientRect().height > 1);
    if (seen && document.styleSheets.length) window.readyAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""  # noqa: E501  # JavaScript reads better on one line
WANTED = {
    "home": ["[data-k=headline]", "form[action$='/dung'] button", "svg.chart"],
    "zone": [".bar", "form[action$='/dung'] button", "svg.chart"],
    "scan": ["main .state"],
}


@dataclass(frozen=True)
class Figures:
    """Seconds until one page is ready."""

    page: str
    octets: int
    script: int
    cold_s: float
    warm_s: float
    kept_s: float | None
    """None: this page is not kept."""
    load: float


def measure(browser: Browser, site: Site, turns: int) -> list[Figures]:
    live_through_a_day(site)
    seller = _visit(browser, site)
    seller.log_in()
    paths = {"home": "/vuon", "zone": site.garden.zone_path, "scan": sell(seller)["Q1"]}
    cookies = seller.page.context.cookies()
    found = []
    for name, path in paths.items():
        weight = seller.weigh(path)
        times = [_turn(browser, site, name, path, cookies) for _ in range(turns)]
        cold, warm = zip(*times, strict=True)
        kept = None if name == "scan" else median(_kept(browser, site, name, path, turns))
        load = os.getloadavg()[0]
        found.append(Figures(name, *weight, median(cold), median(warm), kept, load))
    seller.page.context.close()
    return found


def _turn(
    browser: Browser, site: Site, name: str, path: str, cookies: Sequence[object]
) -> tuple[float, float]:
    """Seconds of a first visit, and of a second."""
    visit = _visit(browser, site)
    visit.page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what it gave
    _slow(visit.page)
    times = _ready(visit.page, name, site.url + path), _ready(visit.page, name, site.url + path)
    visit.page.context.close()
    return times


def _kept(browser: Browser, site: Site, name: str, path: str, turns: int) -> list[float]:
    visit = _visit(browser, site, workers=True)
    visit.log_in()
    visit.page.wait_for_function("() => navigator.serviceWorker.controller")
    visit.go(path)
    visit.page.wait_for_timeout(2_000)  # it is being kept meanwhile
    _slow(visit.page)
    visit.page.context.set_offline(True)
    times = [_ready(visit.page, name, site.url + path) for _ in range(turns)]
    visit.page.context.close()
    return times


def _visit(browser: Browser, site: Site, *, workers: bool = False) -> Visit:
    context = browser.new_context(
        viewport={"width": 360, "height": 640},
        device_scale_factor=2,
        service_workers="allow" if workers else "block",
    )
    context.set_default_timeout(DEADLINE_MS)
    return Visit(context.new_page(), site)


def _slow(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _ready(page: Page, name: str, url: str) -> float:
    page.add_init_script(WATCH.replace("WANTED", json.dumps(WANTED[name])))
    page.goto(url)
    page.wait_for_function("() => window.readyAt")
    seconds: float = page.evaluate("window.readyAt / 1000")
    return seconds


def table(found: Sequence[Figures]) -> Iterator[str]:
    for name in asdict(found[0]):
        values = (asdict(one)[name] for one in found)
        yield f"{name:8}" + "".join(
            f"{value:>9.2f}" if isinstance(value, float) else f"{value or '–':>9}"
            for value in values
        )


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args(argv)
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        engine = make_engine(f"sqlite:///{Path(name) / 'cloud.db'}")
        migrate(engine)
        engine.dispose()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with running(Path(name)) as site:
            found = measure(browser, site, args.turns)
        browser.close()
    print(*table(found), sep="\n")
    if args.json is not None:
        args.json.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n", "utf-8")
    return 0 if found[0].cold_s <= COLD_S else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
