"""The farmer, who is also the cooperative's manager: what such a person does with the service."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from vuonso.client import Browser, Json, Reply
from vuonso.errors import DemoError

HOME: Final = "/vuon"
PDF: Final = b"%PDF-"


@dataclass(frozen=True)
class Zone:
    """A zone and the greenhouse around it, by their public ids."""

    greenhouse: str
    zone: str


class Farmer:
    """One person with one browser; every step succeeds or names itself."""

    def __init__(self, origin: str) -> None:
        self._browser = Browser(origin)

    def log_in(self, link: str) -> None:
        page = self._browser.submit(urlsplit(link).path)
        if not page.ok or not page.url.startswith(HOME):
            raise DemoError("login", f"The login link led to {page.url} ({page.status}).")

    def first_zone(self) -> Zone:
        greenhouse = text(self._list("/greenhouses")[0], "id")
        status = self._get(f"/greenhouses/{greenhouse}/status")
        return Zone(greenhouse, text(listed(status, "zones")[0], "id"))

    def rows_in_cloud(self) -> int:
        return sum(whole(device, "rows") for device in self._list("/devices"))

    def water(self, zone: str, **amount: float) -> str:
        return text(self._post(f"/zones/{zone}/water", {**amount, "key": uuid4().hex}), "id")

    def stop(self, greenhouse: str) -> str:
        return text(self._post(f"/greenhouses/{greenhouse}/stop", {"key": uuid4().hex}), "id")

    def command_state(self, command: str) -> str:
        return text(self._get(f"/commands/{command}"), "state")

    def harvest(self, zone: str, product: str, quantity_g: int) -> str:
        body: Json = {"zone": zone, "product": product, "quantity_g": quantity_g}
        return text(self._post("/lots", body), "id")

    def issue_stamps(self, lot: str, quantity: int) -> Json:
        """Stamps that are on goods at once: whoever harvests here also packs."""
        key = uuid4().hex
        made = self._post(f"/lots/{lot}/stamps", {"quantity": quantity, "key": key})
        return self._post(f"/issuances/{text(made, 'id')}/activate", {})

    def save_labels(self, issuance: Json, folder: Path) -> Path:
        sheet = succeeded(self._browser.get(text(issuance, "labels")))
        if not sheet.body.startswith(PDF):
            raise DemoError("labels", "The label sheet is not a PDF.")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{text(issuance, 'id')}.pdf"
        path.write_bytes(sheet.body)
        return path

    def offer(self, body: Json) -> str:
        return text(self._post("/products", body), "id")

    def _list(self, path: str) -> list[Json]:
        return listed(self._get(path), "items")

    def _get(self, path: str) -> Json:
        return succeeded(self._browser.get(f"/api/v1{path}")).json()

    def _post(self, path: str, body: Json) -> Json:
        return succeeded(self._browser.post_json(f"/api/v1{path}", body)).json()


def succeeded(reply: Reply) -> Reply:
    if not reply.ok:
        raise DemoError("step", f"{reply.url} answers {reply.status}: {reply.text[:400]}")
    return reply


def listed(body: Json, key: str) -> list[Json]:
    found = body.get(key)
    if not isinstance(found, list) or not found:
        raise DemoError("shape", f"An answer of the service lists no {key}: {body}")
    return found


def text(body: Json, key: str) -> str:
    found = body.get(key)
    if not isinstance(found, str):
        raise DemoError("shape", f"An answer of the service has no text {key!r}: {body}")
    return found


def whole(body: Json, key: str) -> int:
    found = body.get(key)
    if not isinstance(found, int):
        raise DemoError("shape", f"An answer of the service has no number {key!r}: {body}")
    return found


def number(body: Json, key: str) -> float:
    found = body.get(key)
    if not isinstance(found, int | float):
        raise DemoError("shape", f"An answer of the service has no number {key!r}: {body}")
    return float(found)
