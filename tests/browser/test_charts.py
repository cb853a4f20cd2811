"""A zone's past in a browser: moisture, warmth and water, of a day, a week and a season."""

from collections.abc import Callable
from datetime import timedelta
from math import cos, pi

import pytest
from playwright.sync_api import expect
from sqlalchemy import update
from sqlmodel import Session

from cloud.clock import unix_ms
from cloud.cooperatives.models import Zone
from cloud.db import writing
from cloud.devices.models import ZoneBinding
from cloud.i18n import TIME_ZONE
from cloud.telemetry import rollups, store
from cloud.telemetry.keep import Keep
from tests.browser.conftest import Site, Visit
from tests.browser.screens import keep, look, overflow
from tests.cloud.telemetry.sender import Sender

DAYS = 40
SILENT = range(20, 22)
MOST_OCTETS = 25_000
SPANS = ("ngay", "tuan", "vu")


@pytest.fixture
def path(site: Site) -> str:
    """Forty days of rows each half hour, the device silent for two days of them.

    The last day is told every ten minutes, and not at all for three hours.
    """
    now = site.garden.clock.now()
    me = Sender(site.garden.seeded.device.id)
    rows = []
    lately = [timedelta(minutes=10 * step) for step in range(144) if not 60 <= step < 78]
    for ago in [*lately, *(timedelta(minutes=30 * step) for step in range(48, 48 * DAYS))]:
        at = now - ago
        if ago.days in SILENT:
            continue
        hour = at.astimezone(TIME_ZONE).hour
        fill = 0.9 - 0.2 * ((hour - 7) % 12) / 12
        litres = 18.0 + ago.days % 5 if hour in {7, 19} else 0.0
        warmth = 27.0 - 7.5 * cos((hour - 2) / 12 * pi) + ago.days % 4
        told = (me.sample("z1", fill=fill, litres=litres), me.sample(None, air_c=warmth))
        rows += [(me.device, one.model_copy(update={"t": unix_ms(at)})) for one in told]
    with Session(writing(site.garden.engine)) as session, session.begin():
        begun = now - timedelta(days=DAYS - 1)
        session.exec(update(Zone).values(planted_on=begun.astimezone(TIME_ZONE).date()))
        session.exec(update(ZoneBinding).values(bound_from=begun - timedelta(days=2)))
        store.insert_samples(session, rows)
        rollups.mark(session, rows)
    rollups.work(site.garden.engine, now + timedelta(minutes=20), Keep(90, 180, 730))
    return site.garden.zone_path


def test_charts_fit_and_are_light_in_both_schemes_and_languages(
    path: str, open_visit: Callable[..., Visit]
) -> None:
    for scheme, language in (("light", "vi"), ("dark", "en")):
        visit = open_visit(scheme=scheme, language=language)
        visit.log_in()
        page = visit.page
        for span in SPANS:
            assert visit.octets_of(f"{path}?ky={span}") <= MOST_OCTETS
            expect(page.locator("svg.chart")).to_have_count(2 if span == "ngay" else 3)
            look(page, f"V3-{span}-{scheme}")
            for width, text in ((320, 1), (360, 2)):
                page.set_viewport_size({"width": width, "height": 640})
                page.evaluate(
                    "size => document.documentElement.style.fontSize = size", f"{text}00%"
                )
                keep(page, f"V3-{span}-{scheme}-{width}-{text}00")
                assert overflow(page) <= 0, (span, width, text)
            page.set_viewport_size({"width": 360, "height": 640})
        assert visit.complaints == []


def test_every_number_can_be_read_without_javascript(
    path: str, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(javascript=False)
    visit.log_in()
    page = visit.page
    visit.go(path)
    page.get_by_role("link", name="Cả vụ").click()
    tables = page.locator("#do-am details")
    expect(tables).to_have_count(3)
    for number in range(3):
        tables.nth(number).locator("summary").click()
    expect(tables.nth(2).get_by_role("row")).to_have_count(DAYS + 1)
    expect(tables.nth(2).get_by_role("cell", name="–", exact=True)).not_to_have_count(0)
    assert overflow(page) <= 0
    keep(page, "V3-vu-tables")
