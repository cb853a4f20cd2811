"""Telephone numbers, lives of sessions, names of browsers, and where to go after logging in."""

import pytest

from cloud.accounts.rules import (
    CARD_LIVES,
    HOME,
    UNKNOWN_BROWSER,
    browser_name,
    e164,
    lives,
    network,
    onward,
)
from cloud.principal import Role


@pytest.mark.parametrize("text", ["0912000001", "0912 000 001", "+84 912.000.001", "84912000001"])
def test_a_number_is_one_however_it_is_written(text: str) -> None:
    assert e164(text) == "+84912000001"


@pytest.mark.parametrize("text", ["", "abc", "1", "+", "0" * 40])
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert e164(text) is None


def test_who_answers_for_more_shows_the_password_more_often() -> None:
    farmer, manager = (lives(role, by_card=False) for role in (Role.FARMER, Role.MANAGER))
    assert (farmer.idle.days, farmer.whole.days) == (30, 180)
    assert manager.idle < farmer.idle
    assert manager.whole < farmer.whole
    assert lives(Role.FARMER, by_card=True) == CARD_LIVES


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; SM-A047F) Chrome/120.0 Mobile Safari",
            "Android · Chrome",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604", "iPhone · Safari"),
        ("Mozilla/5.0 (Linux; Android 12) Chrome/110 Safari/537 Zalo/24.1", "Android · Zalo"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Gecko Firefox/121.0", "Windows · Firefox"),
        ("curl/8.5 <script>alert(1)</script>", UNKNOWN_BROWSER),
        ("", UNKNOWN_BROWSER),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_network_is_what_one_subscriber_has(address: str, whose: str) -> None:
    assert network(address) == whose


@pytest.mark.parametrize("path", ["/vuon/abc", "/htx/lo?x=1", "/"])
def test_a_path_of_ours_is_gone_on_to(path: str) -> None:
    assert onward(path) == path


@pytest.mark.parametrize(
    "path", ["", "vuon", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb"]
)
def test_any_other_leads_home(path: str) -> None:
    assert onward(path) == HOME
