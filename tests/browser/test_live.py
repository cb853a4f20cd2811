"""A page that stays open on a bad line: it never claims to be live when nobody has spoken.

Time passes by the page's own clock, which the test moves; only the network is real.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable

import pytest
from playwright.sync_api import Locator, expect

from cloud.clock import SystemClock
from cloud.greenhouses.live import Source, stamped
from tests.browser.conftest import Visit, wait_until

SILENT_MS = 46_000
POLL_MS = 16_000
LIVE, ASKING, LOST = "Trực tuyến", "Đang kết nối…", "Mất mạng"


class Stalled:
    """Streams that say how it is and then nothing more, not even a beat: a dead radio cell."""

    async def watch(self, _key: Hashable, source: Source) -> AsyncIterator[bytes]:
        yield f"event: state\ndata: {stamped(source.state(), SystemClock())}\n\n".encode()
        await asyncio.Event().wait()


class Refused:
    """Streams that a proxy on the way does not let through."""

    def __init__(self) -> None:
        self.asked = 0

    async def watch(self, _key: Hashable, _source: Source) -> AsyncIterator[bytes]:
        self.asked += 1
        for event in list[bytes]():
            yield event


def show(visit: Visit, *, hidden: bool) -> None:
    """The screen goes dark, or comes back."""
    visit.page.evaluate(
        "value => { Object.defineProperty(document, 'hidden', {value, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def fill(visit: Visit) -> Locator:
    return visit.page.locator(f'[data-k="{visit.site.garden.seeded.zones[0].public_id}-fill"]')


@pytest.fixture
def timed(visit: Visit) -> Visit:
    """A telephone whose time the test moves."""
    visit.page.clock.install()
    visit.site.garden.sample(fill=0.85)
    visit.site.garden.sample(zone=2, fill=0.9)
    return visit


def test_a_line_that_hangs_is_said_and_comes_back_by_itself(timed: Visit) -> None:
    real, timed.site.app.state.streams = timed.site.streams, Stalled()
    timed.log_in()
    page = timed.page
    expect(page.get_by_text(LIVE)).to_be_visible()
    page.clock.fast_forward(SILENT_MS)
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(page.get_by_text(LIVE)).to_be_hidden()
    timed.site.app.state.streams = real
    timed.site.garden.sample(fill=0.7)
    page.clock.fast_forward(2_000)
    expect(fill(timed)).to_have_text("70%")
    expect(page.get_by_text(LIVE)).to_be_visible()


def test_where_no_stream_comes_through_the_page_asks(timed: Visit) -> None:
    timed.site.app.state.streams = refused = Refused()
    timed.log_in()
    page = timed.page
    wait_until(lambda: refused.asked == 1)
    expect(page.get_by_text(LIVE)).to_be_hidden()
    page.clock.fast_forward(2_000)
    wait_until(lambda: refused.asked == 2)
    expect(page.get_by_text(LIVE)).to_be_visible()
    timed.site.garden.sample(fill=0.7)
    page.clock.fast_forward(POLL_MS)
    expect(fill(timed)).to_have_text("70%")
    with page.expect_response(lambda answer: answer.status == 304):
        page.clock.fast_forward(POLL_MS)  # nothing new is an answer too
    expect(page.get_by_text(LIVE)).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(page.get_by_text(LIVE)).to_be_hidden()


def test_a_screen_that_wakes_claims_nothing_until_it_has_heard(timed: Visit) -> None:
    timed.log_in()
    page, garden = timed.page, timed.site.garden
    expect(page.get_by_text(LIVE)).to_be_visible()
    show(timed, hidden=True)
    wait_until(lambda: timed.site.streams.open == 0)
    garden.sample(fill=0.7)
    timed.site.app.state.streams, real = Refused(), timed.site.streams
    show(timed, hidden=False)
    expect(page.get_by_text(LIVE)).to_be_hidden()
    show(timed, hidden=True)
    timed.site.app.state.streams = real
    show(timed, hidden=False)
    expect(fill(timed)).to_have_text("70%")
    expect(page.get_by_text(LIVE)).to_be_visible()


def test_a_box_that_is_silent_is_not_shown_as_live(timed: Visit) -> None:
    timed.log_in()
    expect(timed.page.get_by_text(LIVE)).to_be_visible()
    timed.site.garden.leave()
    expect(timed.page.get_by_role("heading", name="Mất liên lạc")).to_be_visible()
    expect(timed.page.get_by_text(LIVE)).to_be_hidden()


def test_who_is_no_longer_logged_in_is_sent_to_the_door(timed: Visit) -> None:
    timed.site.app.state.streams = Refused()
    timed.log_in()
    timed.page.context.clear_cookies()
    timed.page.clock.fast_forward(2_000)
    timed.page.wait_for_url("**/dang-nhap**")
