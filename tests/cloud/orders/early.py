"""A harvest that is sold before it comes: the window, its buyers, and the day it is there."""

from datetime import timedelta
from typing import Final

from sqlmodel import Session

from cloud.db import writing
from cloud.lots.models import Lot
from cloud.orders import allotting, service
from cloud.orders.models import OrderRequest
from cloud.orders.reading import Placed
from cloud.products import editing, stock
from cloud.products.forms import WindowForm
from cloud.products.models import SaleWindow
from cloud.products.service import Listing
from tests.cloud.conftest import START, Stall

TODAY: Final = START.date()
HARVEST: Final = TODAY + timedelta(days=20)
SEASON: Final = TODAY + timedelta(days=60)


def announce(stall: Stall, listing: Listing, places: int = 10) -> SaleWindow:
    """So many packs of a product are sold before the harvest in three weeks."""
    form = WindowForm(
        opens_on=TODAY,
        closes_on=SEASON,
        harvest_on=HARVEST,
        pack=listing.variant.public_id,
        ahead=places,
    )
    who = stall.seeded.manager.principal
    with Session(writing(stall.engine), expire_on_commit=False) as session, session.begin():
        return editing.open_window(session, who, listing.product.public_id, form, START)


def wanted(listing: Listing, packs: int, key: str, *, knows: bool = True) -> OrderRequest:
    return OrderRequest(
        product=listing.product.public_id,
        quantity=packs,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key=f"{key:_<16}",
        ahead=True if knows else None,
    )


def buy(
    stall: Stall, listing: Listing, packs: int, key: str = "a", *, knows: bool = True
) -> Placed:
    """Somebody orders, and knows that some of it is not harvested yet, unless said otherwise."""
    request = wanted(listing, packs, key, knows=knows)
    with Session(writing(stall.engine), expire_on_commit=False) as session, session.begin():
        return service.place(session, request, START, simulated=False)


def harvest(stall: Stall, listing: Listing, packs: int) -> Lot:
    """It is there: another lot behind the product. Who waits has not got it yet."""
    lot = stall.lot(packs * 1_000)
    with Session(writing(stall.engine), expire_on_commit=False) as session, session.begin():
        row = session.get_one(Lot, lot.id)
        stock.receive(session, listing.variant, row, packs, f"more:{lot.public_id}", START)
    return lot


def reap(stall: Stall, listing: Listing, packs: int) -> Lot:
    """It is there, and who waits has it."""
    lot = harvest(stall, listing, packs)
    allotting.work(stall.engine, START)
    return lot
