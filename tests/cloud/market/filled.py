"""The fields of a page as a browser without JavaScript would send them back."""

from html.parser import HTMLParser


class Fields(HTMLParser):
    """The fields of a page's forms as a browser would send them back."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        self._area = name if tag == "textarea" else ""
        if tag in {"input", "textarea"} and (given.get("type") != "radio" or "checked" in given):
            self.values[name] = given.get("value") or ""
        if tag == "select":
            self._select = name
            self.values[name] = ""
        if tag == "option" and "selected" in given:
            self.values[self._select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area


def fields(page: str) -> dict[str, str]:
    parser = Fields()
    parser.feed(page)
    return parser.values
