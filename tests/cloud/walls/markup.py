"""Reads a page as a browser would, and names what does not belong on one of ours."""

from html.parser import HTMLParser
from typing import Final

_LAYOUT: Final = "a article aside body br div footer head header html main nav section span title"
_TEXT: Final = (
    "audio code dd details dl dt figcaption figure h1 h2 h3 li ol p progress s small strong"
    " summary time ul"
)
_FORMS: Final = "button code datalist fieldset form input label legend option select textarea"
_TABLES: Final = "table tbody td th thead tr"
_DRAWINGS: Final = "circle defs g img path picture polygon polyline rect source svg line use"
_HEAD: Final = "link meta script"

OURS: Final = frozenset(f"{_LAYOUT} {_TEXT} {_FORMS} {_TABLES} {_DRAWINGS} {_HEAD}".split())
"""Elements our templates use."""

_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction", "data", "xlink:href"})


class Reader(HTMLParser):
    """Collects findings; a page of ours has none."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in OURS:
            self.findings.append(f"<{tag}>")
        given = {name: value or "" for name, value in attrs}
        self.findings += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.findings += [f"{tag} {name}" for name in ("style", "srcdoc") if name in given]
        links = [(name, given[name]) for name in _ADDRESSES if name in given]
        sizes = given.get("srcset", "").split(",")
        links += [("srcset", one.split()[0]) for one in sizes if one.strip()]
        self.findings += [f"{tag} {name}={link}" for name, link in links if away(link)]
        if tag == "script" and not ours(given):
            self.findings.append("a script of no file of ours")
        if tag == "meta" and "http-equiv" in given and not stays(given):
            self.findings.append("meta http-equiv")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def ours(script: dict[str, str]) -> bool:
    """A file of ours, or facts for search engines, which run nowhere."""
    facts = script.get("type") == "application/ld+json"
    return facts or script.get("src", "").startswith("/static/")


def stays(meta: dict[str, str]) -> bool:
    """The same page once more after some seconds, and no other."""
    return meta["http-equiv"] == "refresh" and meta.get("content", "").isdigit()


def away(address: str) -> bool:
    """Whether a link leads off the site, or is a program."""
    inside = (
        address.lower().startswith(("/", "?", "#", "tel:", "sms:", "geo:", "http://testserver"))
        or address == ""
    )
    return address.startswith("//") or not inside


def findings(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader.findings
