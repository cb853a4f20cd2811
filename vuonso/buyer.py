"""The buyer: scans a stamp, reads the product's page, orders as a guest; never logs in."""

import json
import re
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from vuonso.client import Browser, Json
from vuonso.errors import DemoError
from vuonso.farmer import succeeded, text

VERDICT: Final = re.compile(r'data-verdict="([\w-]+)"')
JSON_LD: Final = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


class Buyer:
    """A phone that only reads pages and sends one order."""

    def __init__(self, origin: str) -> None:
        self._browser = Browser(origin)
        self._origin = origin

    def scan(self, url: str) -> str:
        """Return the verdict of the page behind a stamp."""
        # The stamp names the public host; the demonstration serves it here.
        page = succeeded(self._browser.get(urlsplit(url).path))
        verdict = VERDICT.search(page.text)
        if page.kind != "text/html" or not verdict:
            raise DemoError("scan", f"The page behind {url} shows no verdict.")
        return verdict[1]

    def read_product(self, product: str) -> str:
        """Return the address of a product page that search engines understand."""
        path = f"/cho/{product}"
        found = JSON_LD.search(succeeded(self._browser.get(path)).text)
        about = json.loads(found[1]) if found else {}
        if about.get("@type") != "Product":
            raise DemoError("product", f"{path} carries no JSON-LD product.")
        return f"{self._origin}{path}"

    def order(self, product: str, quantity: int) -> str:
        body: Json = {
            "product": product,
            "quantity": quantity,
            "name": "Nguyễn Thị Hoa",
            "phone": "0912345678",
            "address": "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
            "key": uuid4().hex,
        }
        return text(succeeded(self._browser.post_json("/api/v1/orders", body)).json(), "id")
