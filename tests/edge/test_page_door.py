"""Who may come in to the page, and which forms can be read."""

import pytest

from edge import page_door

HERE = ("192.168.1.7", 8080)
NAMES = frozenset({"vuonso.local"})


@pytest.mark.parametrize("host", ["192.168.1.7:8080", "vuonso.local:8080", "VUONSO.local:8080"])
def test_our_address_and_our_names_come_in(host: str) -> None:
    assert page_door.is_ours(host, HERE, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example:8080",
        "192.168.1.7.evil.example:8080",
        "192.168.1.7",
        "192.168.1.7:80",
        "192.168.1.8:8080",
        "vuonso.local:8080@evil.example",
        "vuonso.local:\uff18\uff10",
        "vuonso.local:99999999999999999999",
        "[::1]",
    ],
)
def test_a_name_that_was_pointed_at_us_stays_outside(host: str | None) -> None:
    assert not page_door.is_ours(host, HERE, NAMES)


def test_port_80_need_not_be_named() -> None:
    assert page_door.is_ours("vuonso.local", ("10.0.0.2", 80), NAMES)


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://vuonso.local:8080", True),
        ("HTTP://VUONSO.LOCAL:8080", True),
        ("http://vuonso.local", False),
        ("https://vuonso.local:8080", False),
        ("http://evil.example", False),
        ("null", False),
        (None, False),
    ],
)
def test_only_a_form_of_our_own_page_counts(origin: str | None, *, own: bool) -> None:
    assert page_door.is_own_page(origin, "vuonso.local:8080") is own


@pytest.mark.parametrize(
    ("length", "kind", "size"),
    [
        ("40", page_door.FORM, 40),
        ("0", f"{page_door.FORM}; charset=utf-8", 0),
        ("256", page_door.FORM, 256),
        ("257", page_door.FORM, None),
        ("9" * 5000, page_door.FORM, None),
        ("-1", page_door.FORM, None),
        ("²", page_door.FORM, None),
        (None, page_door.FORM, None),
        ("40", "text/plain", None),
        ("40", None, None),
    ],
)
def test_only_a_small_form_is_read(length: str | None, kind: str | None, size: int | None) -> None:
    assert page_door.body_size(length, kind) == size


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"zone=z1&minutes=3&pin=1234", {"zone": "z1", "minutes": "3", "pin": "1234"}),
        (b"", {}),
        (b"pin=", {"pin": ""}),
        (b"pin=1&pin=2", None),
        (b"pin", None),
        (b"a=1&b=2&c=3&d=4&e=5", None),
        (b"pin=\xff", None),
        (b"pin=%ff", None),
    ],
)
def test_a_form_has_few_fields_each_once(body: bytes, fields: dict[str, str] | None) -> None:
    assert page_door.form(body) == fields
