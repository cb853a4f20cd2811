"""Alerts on a small telephone: read, acknowledged without script, for every eye and language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cloud.alerts.watch import look_round
from tests.browser.conftest import Site, Visit
from tests.browser.screens import look
from wire.codes import EventKind

MAX_FARMER = 25_000  # octets on the wire, first visit


def trouble(site: Site) -> None:
    """A dry valve, a hot house and a lost sensor; a burst pipe that is mended already."""
    garden = site.garden
    garden.sample(fill=0.8)
    garden.sample(zone=2, fill=0.8)
    garden.sample(zone=None, air_c=41.0)
    garden.event(EventKind.FAULT, fault="no_flow", flow_lpm=0.0, ago_s=600)
    garden.event(EventKind.ALARM, zone=None, code="heat", on="heat")
    garden.event(EventKind.SENSOR_FAULT, zone=None, sensor="z1-probe-2", code="stuck", lost=1)
    look_round(garden.engine, garden.clock.now())


@pytest.mark.parametrize(
    ("scheme", "language"),
    [("light", "vi"), ("dark", "vi"), ("light", "en"), ("dark", "en")],
)
def test_alerts_fit_a_telephone_and_everybody(
    open_visit: Callable[..., Visit], scheme: str, language: str
) -> None:
    visit = open_visit(scheme=scheme, language=language)
    trouble(visit.site)
    visit.log_in()
    look(visit.page, f"V1-alerts-{scheme}-{language}")
    visit.page.click("[data-k=worries]")
    look(visit.page, f"V7-{scheme}-{language}")
    visit.page.click(".state.bad")
    look(visit.page, f"V14-{scheme}-{language}")
    visit.page.click("main form button")
    expect(visit.page.locator("main [role=status]")).to_be_visible()
    expect(visit.page.locator("main form")).to_have_count(0)
    look(visit.page, f"V14-known-{scheme}-{language}")
    assert visit.octets_of("/canh-bao") <= MAX_FARMER
    assert visit.complaints == []


def test_somebody_without_javascript_says_that_they_know(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(javascript=False)
    trouble(visit.site)
    visit.log_in()
    visit.page.click("text=Xem cảnh báo (3)")
    visit.page.click(".state.bad")
    visit.page.get_by_role("button", name="Tôi biết rồi").click()
    expect(visit.page.locator("main [role=status]")).to_contain_text("đã biết lúc")
