"""One crop followed from the greenhouse to the buyer, on a running stage, in the order of life."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from vuonso.buyer import Buyer
from vuonso.children import Child
from vuonso.client import Json
from vuonso.errors import DemoError
from vuonso.farmer import Farmer, number, text, whole
from vuonso.stage import Stage
from vuonso.summary import Summary

PRODUCT: Final = "Dưa lưới"
HARVEST_G: Final = 50_000
STAMPS: Final = 24
PACKS_ORDERED: Final = 2
OFFER: Final[Json] = {
    "name": PRODUCT,
    "pack_mass_g": 2_000,
    "price": 90_000,
    "publish": True,
}

SHORT_DOSE_L: Final = 1.0
LONG_DOSE_L: Final = 20.0
# Ask, answer, wait up to five minutes for a taken line, prime the pipe, flow, close.
DOSE_S: Final = 540.0
STOP_S: Final = 30.0
DRAIN_S: Final = 120.0
ENDED_BADLY: Final = frozenset({"rejected", "failed", "expired", "cancelled"})


@dataclass(frozen=True)
class Sale:
    """What the cooperative made of a harvest."""

    lot: str
    stamps: int
    labels: str
    scan_url: str
    product: str


class Story:
    """The steps, told aloud one by one."""

    def __init__(self, stage: Stage, say: Callable[..., None]) -> None:
        self._stage = stage
        self._say = say
        self._farmer = Farmer(stage.origin)
        self._buyer = Buyer(stage.origin)

    def prepare(self) -> str:
        """Harvest, stamp and offer once per data folder; return the link of the first stamp."""
        notes = self._stage.place.notes
        if not notes.exists():
            self._farmer.log_in(self._stage.login_link())
            # Only the path: the next start may serve another port.
            notes.write_text(json.dumps({"scan": urlsplit(self._sell().scan_url).path}), "utf-8")
        return self._stage.origin + text(json.loads(notes.read_text("utf-8")), "scan")

    def play(self, greenhouse: Child) -> Summary:
        """Everything a farmer, a manager and a buyer do in one day."""
        self._farmer.log_in(self._stage.login_link())
        _, rows = self._settled_rows()
        self._say(f"The cloud holds all {rows} rows of the greenhouse.")
        self._water_and_stop()
        sale = self._sell()
        verdict = self._buyer.scan(sale.scan_url)
        self._say(f"The page behind the first stamp says: {verdict}.")
        product_url = self._buyer.read_product(sale.product)
        order = self._buyer.order(sale.product, PACKS_ORDERED)
        self._say(f"A guest ordered {PACKS_ORDERED} packs: order {order}.")
        edge, cloud = self._settled_rows()
        self._stage.children.end(greenhouse)
        ended = self._stage.sim_summary() or {}
        return Summary(
            doses=whole(ended, "doses"),
            litres_meter=number(ended, "litres_meter"),
            litres_plant=number(ended, "litres_plant"),
            rows_edge=edge,
            rows_cloud=cloud,
            valve_open_max_s=number(ended, "valve_open_max_s"),
            lot=sale.lot,
            stamps_issued=sale.stamps,
            label_pdf=sale.labels,
            scan_url=sale.scan_url,
            verdict=verdict,
            product_url=product_url,
            order_id=order,
            seconds=self._stage.seconds(),
        )

    def _sell(self) -> Sale:
        farmer, place = self._farmer, self._farmer.first_zone()
        lot = farmer.harvest(place.zone, PRODUCT, HARVEST_G)
        issuance = farmer.issue_stamps(lot, STAMPS)
        labels = farmer.save_labels(issuance, self._stage.place.labels)
        product = farmer.offer({**OFFER, "lot": lot})
        self._say(f"{HARVEST_G // 1000} kg harvested, {STAMPS} stamps issued: {labels}")
        return Sale(
            lot, whole(issuance, "quantity"), str(labels), text(issuance, "scan_url"), product
        )

    def _settled_rows(self) -> tuple[int, int]:
        """Wait until the cloud holds all the edge wrote; return both counts."""

        def equal() -> tuple[int, int] | None:
            counts = (self._stage.rows_on_edge(), self._farmer.rows_in_cloud())
            return counts if counts[0] == counts[1] else None

        return self._stage.patience.until("the cloud to hold every row", equal, DRAIN_S)

    def _water_and_stop(self) -> None:
        place = self._farmer.first_zone()
        self._reach(self._farmer.water(place.zone, litres=SHORT_DOSE_L), "done", DOSE_S)
        self._say(f"{SHORT_DOSE_L:g} L were asked for, given, and reported done.")
        self._reach(self._farmer.water(place.zone, litres=LONG_DOSE_L), "running", DOSE_S)
        self._reach(self._farmer.stop(place.greenhouse), "done", STOP_S)
        self._say("STOP stopped the running water; the greenhouse confirmed it.")

    def _reach(self, command: str, wanted: str, within_s: float) -> None:
        def reached() -> bool:
            state = self._farmer.command_state(command)
            if state in ENDED_BADLY:
                raise DemoError("command", f"Command {command} ended {state}, not {wanted}.")
            return state == wanted

        self._stage.patience.until(f"command {command} to be {wanted}", reached, within_s)
