"""Pure decisions about orders: the way of the goods, and what one request asks for."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cloud.orders.models import Fulfilment


class Step(StrEnum):
    """What moves an order on."""

    CONFIRM = "confirm"
    PACK = "pack"
    SHIP = "ship"
    DELIVER = "deliver"
    CANCEL = "cancel"
    RETURN = "return"


TRANSITIONS: Final = {
    (Fulfilment.PLACED, Step.CONFIRM): Fulfilment.CONFIRMED,
    (Fulfilment.PLACED, Step.CANCEL): Fulfilment.CANCELLED,
    (Fulfilment.CONFIRMED, Step.PACK): Fulfilment.PACKED,
    (Fulfilment.CONFIRMED, Step.CANCEL): Fulfilment.CANCELLED,
    (Fulfilment.PACKED, Step.SHIP): Fulfilment.SHIPPED,
    (Fulfilment.PACKED, Step.CANCEL): Fulfilment.CANCELLED,
    (Fulfilment.SHIPPED, Step.DELIVER): Fulfilment.DELIVERED,
    (Fulfilment.SHIPPED, Step.RETURN): Fulfilment.RETURNED,
    (Fulfilment.DELIVERED, Step.RETURN): Fulfilment.RETURNED,
}
"""From a state, by a step, to a state; what is not here is not possible."""


BUYER_KEPT: Final = timedelta(days=90)
"""How long after the last thing that happened to an order it is known who bought."""

ERASED_WITHIN: Final = timedelta(days=10)
"""From asking to being erased at the latest: the shortest term of Decree 356/2025/NĐ-CP."""

HELD: Final = timedelta(hours=24)
"""How long goods are set aside for an order that nobody has paid or accepted."""

_OVER: Final = {Fulfilment.DELIVERED, Fulfilment.CANCELLED, Fulfilment.RETURNED}


def needs_buyer(state: Fulfilment, owed: int) -> bool:
    """Whether goods still have to find the buyer, or the buyer the money."""
    return state not in _OVER or (state is Fulfilment.DELIVERED and owed > 0)


def held_until(placed_at: datetime) -> datetime:
    """Until when goods wait for their money."""
    return placed_at + HELD


def runs_out(state: Fulfilment, kept: int, placed_at: datetime, now: datetime) -> bool:
    """Whether an order is let go: nobody accepted it, nothing of it is paid, its time is over."""
    return state is Fulfilment.PLACED and kept <= 0 and now >= held_until(placed_at)


def after(state: Fulfilment, step: Step) -> Fulfilment | None:
    return TRANSITIONS.get((state, step))


def steps_from(state: Fulfilment) -> tuple[Step, ...]:
    """What can be done next, the usual step first."""
    return tuple(step for start, step in TRANSITIONS if start == state)


def total(lines: Iterable[tuple[int, int]]) -> int:
    """The sum of price times quantity, in đồng."""
    return sum(price * quantity for price, quantity in lines)


def held_for(order: str) -> str:
    """How the stock's ledger names an order; its lines are numbered behind it."""
    return f"order:{order}"


def hold_source(order: str, position: int) -> str:
    """How the stock's ledger names a line of an order."""
    return f"{held_for(order)}:{position}"


def fingerprint(body: Mapping[str, object]) -> str:
    """Equal for equal requests, whatever order their fields came in."""
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def masked(phone: str) -> str:
    """Enough of a number for its owner to know it, too little for anyone to call it."""
    return f"{'•' * 6}{phone[-3:]}"
