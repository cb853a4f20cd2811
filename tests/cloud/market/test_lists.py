"""Lists of the market: only what is sold this moment, to the last page, and nothing scanned."""

from collections.abc import Collection, Iterable, Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.lots.models import Lot
from cloud.market.reading import Wish, cards
from cloud.products import service as products
from cloud.products.models import Product
from tests.cloud.conftest import START, Stall
from tests.cloud.telemetry.test_plans import Said, heard

PAGE = 3


@pytest.fixture
def names(stall: Stall) -> list[str]:
    """Two pages and one more, newest first."""
    named = [f"Món {n}" for n in range(2 * PAGE + 1)]
    for name in named:
        stall.offer(name=name)
    return named[::-1]


def recall(engine: Engine, names: Collection[str]) -> None:
    lots = select(Lot).join(Product, col(Product.lot_id) == col(Lot.id))
    with Session(writing(engine)) as session, session.begin():
        for lot in session.exec(lots.where(col(Product.name).in_(names))):
            lot.recalled_at = START


def leafed_through(engine: Engine, wish: Wish | None) -> list[list[str]]:
    pages = []
    with Session(engine) as session:
        while wish is not None:
            page = cards(session, wish, PAGE, simulated=False)
            pages.append([card.name for card in page.cards])
            wish = page.onward
    return pages


def plans(session: Session, said: Iterable[Said]) -> Iterator[list[str]]:
    """The steps by which SQLite answers each question."""
    for statement, values in said:
        ask = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        yield [step[3] for step in ask]


@pytest.mark.parametrize("wish", [Wish(), Wish("mon")])
def test_a_page_of_recalled_goods_leads_on_to_the_next(
    engine: Engine, names: list[str], wish: Wish
) -> None:
    assert leafed_through(engine, wish) == [names[:PAGE], names[PAGE:-1], names[-1:]]
    recall(engine, names[:PAGE])
    assert leafed_through(engine, wish) == [[], names[PAGE:-1], names[-1:]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("wish", [Wish(), Wish("mon"), Wish(kind="other"), Wish(province="66")])
def test_a_list_reads_the_products_of_its_page_and_no_others(
    engine: Engine, names: list[str], wish: Wish
) -> None:
    recall(engine, names[1:])
    with Session(engine) as session:
        with heard(session) as said:
            cards(session, wish, PAGE, simulated=False)
        for plan in plans(session, said):
            looked_up = [step for step in plan if step.startswith("SEARCH product ")]
            assert all("rowid=?" in step for step in looked_up), plan
            assert not [step for step in plan if step.startswith(("SCAN product", "SCAN lot"))]
            assert not [step for step in plan if "recalled" in step], plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_product_is_read_with_its_own_lots_and_no_others(stall: Stall) -> None:
    listing = stall.offer()
    with Session(stall.engine) as session:
        with heard(session) as said:
            products.offered(session, listing.product.public_id, simulated=False)
        for plan in plans(session, said):
            looked_up = [step for step in plan if step.startswith("SEARCH lot ")]
            wanted = ("rowid=?", "recalled_at>?")  # its own, and which ones are recalled
            assert all(any(one in step for one in wanted) for step in looked_up), plan
            assert not [step for step in plan if step.startswith(("SCAN product", "SCAN lot"))]
