"""A file is chosen in the page's own words, and the page says which."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

PAGES = ("/htx/sao-ke", "/htx/nhap-hang", "/htx/vat-tu", "/htx/van-don")


@pytest.mark.parametrize("path", PAGES)
def test_the_page_says_which_file_was_chosen(
    open_visit: Callable[..., Visit], tmp_path: Path, path: str
) -> None:
    table = tmp_path / "bang-thang-3.csv"
    table.write_text("a,b\n")
    visit = open_visit(language="en")
    visit.log_in()
    visit.go(path)
    said = visit.page.locator("[data-file]")
    expect(said).to_have_text("Choose a file")
    visit.page.set_input_files("[type=file]", table)
    expect(said).to_have_text("bang-thang-3.csv")
    assert visit.complaints == []


def test_without_a_script_the_browser_says_it(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(javascript=False)
    visit.log_in()
    visit.go(PAGES[0])
    assert (
        visit.page.locator("[type=file]").evaluate("one => getComputedStyle(one).opacity") == "1"
    )
