"""Settings on a small telephone: changed in the form, refused by the box, told in words."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.browser.screens import look
from wire.codes import EventKind

MAX_FARMER = 25_000  # octets on the wire, first visit


@pytest.mark.parametrize(
    ("scheme", "language"),
    [("light", "vi"), ("dark", "vi"), ("light", "en"), ("dark", "en")],
)
def test_settings_fit_a_telephone_and_everybody(
    open_visit: Callable[..., Visit], scheme: str, language: str
) -> None:
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    page, path = visit.page, f"{visit.site.garden.zone_path}/cai-dat"
    visit.go(f"{path}/doi")
    page.click("summary")
    page.fill("[name=refill]", "95")
    page.click("main form .main")
    page.wait_for_selector("[role=alert]")
    look(visit.page, f"V10-{scheme}-{language}")
    page.fill("[name=refill]", "75")
    page.select_option("[name=strategy]", "monitor")
    page.click("main form .main")
    page.wait_for_url(f"**{path}")
    visit.site.garden.event(
        EventKind.SETTINGS_REJECTED, None, version=1, wrong=1, wrong_1="zones.z1.strategy invalid"
    )
    assert visit.octets_of(path) <= MAX_FARMER
    look(visit.page, f"V9-{scheme}-{language}")
    visit.go(f"{path}/lich-su")
    look(visit.page, f"V11-{scheme}-{language}")
    assert [said for said in visit.complaints if "409" not in said] == []
