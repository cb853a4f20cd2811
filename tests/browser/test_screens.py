"""Every screen on a small telephone, in both colour schemes and languages.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.screens import keep, overflow, violations
from tests.browser.story import live_through_a_day, screens

MAX_FARMER = 25_000  # octets on the wire, first visit
MAX_SCAN = 15_000
MAX_SCRIPT = 8_000  # of them, without headers
NOT_FOUND = "the server responded with a status of 404"  # asked for on purpose
ELSEWHERE = {"V6", "V7", "V9", "V10", "V11", "V12", "C3", "C10", "C12", "C14", "C15"}
"""Looked at for everybody by the tests of their features, with something on them."""
SCHEMES = ("light", "dark")
LANGUAGES = ("vi", "en")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_screens_are_clean(
    scheme: str, language: str, site: Site, open_visit: Callable[..., Visit]
) -> None:
    live_through_a_day(site)
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    found: set[str] = set()
    for name, path in screens(visit).items():
        if name in ELSEWHERE:
            continue
        visit.go(path)
        keep(visit.page, f"{name}-{scheme}-{language}")
        found |= {f"{name}: {one}" for one in violations(visit.page)}
        found |= {f"{name}: too wide"} if overflow(visit.page) > 0 else set()
    assert found == set()
    assert {text for text in visit.complaints if NOT_FOUND not in text} == set()


def test_every_screen_fits_the_smallest_phone_and_the_largest_text_and_is_light(
    site: Site, open_visit: Callable[..., Visit]
) -> None:
    """Each is loaded once, with nothing kept from before."""
    live_through_a_day(site)
    visit = open_visit()
    visit.log_in()
    wrong = []
    for name, path in screens(visit).items():
        weight, most = visit.weigh(path), MAX_SCAN if name.startswith("Q1") else MAX_FARMER
        wrong += (
            [f"{name}: {weight}"] if weight.octets > most or weight.script > MAX_SCRIPT else []
        )
        for width, text in ((320, 1), (360, 2)):
            visit.page.set_viewport_size({"width": width, "height": 640})
            visit.page.evaluate(
                "size => document.documentElement.style.fontSize = size", f"{text}00%"
            )
            keep(visit.page, f"{name}-{width}-{text}00")
            wide = overflow(visit.page)
            wrong += [f"{name}: {wide} px too wide at {width} px, {text}00 %"] if wide > 0 else []
            if (name.startswith("V") or name == "nothing") and not stop_in_reach(visit):
                wrong.append(f"{name}: no STOP in sight at {width} px, {text}00 %")
    assert wrong == []
    assert {text for text in visit.complaints if NOT_FOUND not in text} == set()


def stop_in_reach(visit: Visit) -> bool:
    """Whether STOP can be tapped without scrolling."""
    box = visit.page.locator(".btn.stop").bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 640


def test_the_first_screen_answers_at_a_glance(visit: Visit) -> None:
    """Is it well, does water run, what comes next, where is the stop: all above the fold."""
    live_through_a_day(visit.site)
    visit.log_in()
    for place in ("headline", "advice", "water", "litres", "heard"):
        box = visit.page.locator(f"[data-k={place}]").bounding_box()
        assert box is not None, place
        assert box["y"] + box["height"] <= 640 - 72, place
    stop = visit.page.get_by_role("button", name="DỪNG NƯỚC").bounding_box()
    assert stop is not None
    assert stop["height"] >= 56
    assert stop["y"] + stop["height"] <= 640
