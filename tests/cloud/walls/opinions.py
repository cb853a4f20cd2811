"""Bodies and a row of what a buyer says, for the walls."""

from collections.abc import Mapping

from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.orders.models import Order, OrderLine
from cloud.products.models import Product
from cloud.reviews import standing
from cloud.reviews.models import Review
from cloud.reviews.rules import Step
from tests.cloud.conftest import START
from tests.cloud.walls.samples import Sample


def forms(ids: Mapping[str, str]) -> dict[str, Sample]:
    return {
        "ReviewForm": lambda: {"product": ids["product"], "stars": 4, "words": "Dưa ngọt."},
        "WithdrawForm": lambda: {"product": ids["product"]},
        "ReplyForm": lambda: {"answer": "Cảm ơn."},
        "ObjectionForm": lambda: {"reason": "unrelated"},
    }


def rows(engine: Engine, product: str) -> dict[str, str]:
    """A review that everybody reads, of an order that is there."""
    with Session(writing(engine)) as session, session.begin():
        about = session.exec(select(Product).where(Product.public_id == product)).one()
        order = session.exec(select(Order)).one()
        line = session.exec(select(OrderLine).where(OrderLine.order_id == order.id)).one()
        review = Review(
            cooperative_id=order.cooperative_id,
            product_id=about.id or 0,
            order_id=order.id or 0,
            lot_id=line.lot_id or 0,
            stars=4,
            words="Dưa ngọt.",
            written_at=START,
            since=START,
        )
        session.add(review)
        session.flush()
        standing.step(session, review, Step.PUBLISH, START)
        return {"review": review.public_id}
