"""Pure decisions about reviews: who may write one, and what becomes of it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from cloud.reviews.models import ReviewState

OPEN_FOR: Final = timedelta(days=60)
"""From delivery: rice and honey are eaten by then, and the buyer is still known for a month."""

WORDS_KEPT: Final = timedelta(days=90)
"""How long what nobody may read is kept, for whoever asks why it was refused."""


class Step(StrEnum):
    """What happens to a review."""

    PUBLISH = "publish"
    REFUSE = "refuse"
    REWRITE = "rewrite"
    RETURN = "return"


TRANSITIONS: Final = {
    (ReviewState.WAITING, Step.PUBLISH): ReviewState.SHOWN,
    (ReviewState.SHOWN, Step.PUBLISH): ReviewState.SHOWN,  # somebody reported it, and it stays
    (ReviewState.WAITING, Step.REFUSE): ReviewState.REFUSED,
    (ReviewState.SHOWN, Step.REFUSE): ReviewState.REFUSED,
    (ReviewState.WAITING, Step.REWRITE): ReviewState.WAITING,
    (ReviewState.REFUSED, Step.REWRITE): ReviewState.WAITING,
    **{(state, Step.RETURN): ReviewState.RETURNED for state in ReviewState},
}
"""From a state, by a step, to a state; what is not here is not possible."""


@dataclass(frozen=True)
class Purchase:
    """A product of an order; `delivered_at` is None unless the buyer has it, and keeps it."""

    cooperative_id: int
    order_id: int
    product_id: int
    lot_id: int
    delivered_at: datetime | None
    simulated: bool = False


def open_until(delivered_at: datetime | None, *, simulated: bool) -> datetime | None:
    """Until when the buyer of it may write; None: not at all. Of samples nothing was eaten."""
    return None if delivered_at is None or simulated else delivered_at + OPEN_FOR


def may_write(purchase: Purchase, now: datetime) -> bool:
    until = open_until(purchase.delivered_at, simulated=purchase.simulated)
    return until is not None and now < until


def after(state: ReviewState, step: Step) -> ReviewState | None:
    return TRANSITIONS.get((state, step))


_CONTACTS: Final = (
    re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)"),  # a telephone, however spaced
    re.compile(r"\S@\S+\.\S"),
    re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|vn|net|org|info|shop|store|xyz)\b"),
)


def names_contact(text: str) -> bool:
    """Whether it holds a telephone number, an address of mail or a link.

    Whoever hides one better is read by a person.
    """
    plain = normalize("NFKC", text).lower()
    return any(pattern.search(plain) for pattern in _CONTACTS)
