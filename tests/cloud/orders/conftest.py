"""A stall with five packs, two of them ordered."""

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.orders import service
from cloud.orders.models import OrderRequest
from cloud.products.service import Listing
from tests.cloud.conftest import START, Stall


@pytest.fixture
def listing(stall: Stall) -> Listing:
    return stall.offer(packs=5)


@pytest.fixture
def order(listing: Listing, stall: Stall) -> str:
    """Two of five packs, ordered."""
    request = OrderRequest(
        product=listing.product.public_id,
        quantity=2,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key="k" * 16,
    )
    with Session(writing(stall.engine)) as session, session.begin():
        return service.place(session, request, START, simulated=False).order.public_id
