"""What time does to products, on a clock that stands still until it is moved."""

from datetime import timedelta

from sqlmodel import Session

from cloud.db import writing
from cloud.market.reading import Wish, cards
from cloud.products import editing, history, service, upkeep
from cloud.products.forms import WindowForm
from cloud.products.models import PauseCause, ProductState
from cloud.products.rules import Action
from cloud.products.service import Listing
from tests.cloud.conftest import FixedClock, Stall

DAY = timedelta(days=1)


def turned(stall: Stall, clock: FixedClock, listing: Listing) -> tuple[ProductState, object]:
    """Where the product stands after a round."""
    upkeep.work(stall.engine, clock.now())
    with Session(stall.engine) as session:
        who = stall.seeded.manager.principal
        found = service.own_one(session, who, listing.product.public_id).product
        return found.state, found.paused_for


def test_days_of_sale_begin_and_end_by_themselves(stall: Stall, clock: FixedClock) -> None:
    listing, who = stall.offer(), stall.seeded.manager.principal
    opens = clock.now().date() + 2 * DAY
    with Session(writing(stall.engine)) as session, session.begin():
        form = WindowForm(opens_on=opens, closes_on=opens + DAY)
        editing.open_window(session, who, listing.product.public_id, form, clock.now())
    waits = (ProductState.PAUSED, PauseCause.WINDOW)
    assert turned(stall, clock, listing) == waits
    with Session(stall.engine) as session:
        assert cards(session, Wish(), 9, simulated=False).cards == []
    clock.advance(days=1)
    assert turned(stall, clock, listing) == waits
    clock.advance(days=1)
    assert turned(stall, clock, listing) == (ProductState.PUBLISHED, None)
    clock.advance(days=2)
    assert turned(stall, clock, listing) == waits
    with Session(stall.engine) as session:
        told = [(event.what, who) for event, who in history.of(session, listing.product)]
    assert told[:3] == [("paused", ""), ("published", ""), ("paused", "")]


def test_what_a_person_paused_stays_paused(stall: Stall, clock: FixedClock) -> None:
    listing, who = stall.offer(), stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        service.act(session, who, listing.product.public_id, Action.PAUSE, clock.now())
    assert turned(stall, clock, listing) == (ProductState.PAUSED, PauseCause.PERSON)


def test_what_has_no_windows_is_left_alone(stall: Stall, clock: FixedClock) -> None:
    listing = stall.offer()
    clock.advance(days=400)
    assert turned(stall, clock, listing) == (ProductState.PUBLISHED, None)
