"""Pure decisions about products: states, what publishing needs, packs and unit prices."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cloud.products.models import ProductState

GRAMS_PER_KG: Final = 1000


class Action(StrEnum):
    """What can be done with a product."""

    SUBMIT = "submit"
    APPROVE = "approve"
    PUBLISH = "publish"
    PAUSE = "pause"
    RESUME = "resume"
    ARCHIVE = "archive"


TRANSITIONS: Final = {
    (ProductState.DRAFT, Action.SUBMIT): ProductState.SUBMITTED,
    (ProductState.SUBMITTED, Action.APPROVE): ProductState.APPROVED,
    (ProductState.APPROVED, Action.PUBLISH): ProductState.PUBLISHED,
    (ProductState.PUBLISHED, Action.PAUSE): ProductState.PAUSED,
    (ProductState.PAUSED, Action.RESUME): ProductState.PUBLISHED,
    (ProductState.PAUSED, Action.ARCHIVE): ProductState.ARCHIVED,
}
"""From a state, by an action, to a state; what is not here is not possible."""

TO_SHELF: Final = {
    ProductState.DRAFT: (Action.SUBMIT, Action.APPROVE, Action.PUBLISH),
    ProductState.SUBMITTED: (Action.APPROVE, Action.PUBLISH),
}
"""What one tap on «publish» does: whoever may approve does both at once."""


class Obstacle(StrEnum):
    """What can forbid publishing."""

    SHOP = "shop"
    LABEL = "label"
    STOCK = "stock"


@dataclass(frozen=True)
class Readiness:
    """What publishing looks at."""

    shop_verified: bool
    labelled: bool
    packs_left: int


def after(state: ProductState, *actions: Action) -> ProductState | None:
    """The state after the actions, or None where one of them is not possible."""
    for action in actions:
        step = TRANSITIONS.get((state, action))
        if step is None:
            return None
        state = step
    return state


def steps(state: ProductState, wish: Action) -> tuple[Action, ...]:
    """What a button means for a product in this state."""
    return TO_SHELF.get(state, (wish,)) if wish is Action.PUBLISH else (wish,)


def obstacle(product: Readiness) -> Obstacle | None:
    """The first thing that still forbids publishing."""
    if not product.shop_verified:
        return Obstacle.SHOP
    if not product.labelled:
        return Obstacle.LABEL
    if product.packs_left < 1:
        return Obstacle.STOCK
    return None


def packs(mass_g: int, pack_g: int) -> int:
    """Whole packs that a harvest fills; the rest stays with the grower."""
    return mass_g // pack_g


def per_kilogram(price: int, pack_g: int) -> int:
    """The price of a kilogram, rounded to the nearest đồng, half up."""
    return (2 * price * GRAMS_PER_KG + pack_g) // (2 * pack_g)


def pack_name(mass_g: int) -> str:
    """How a pack is called on the shelf when nobody named it: «500 g», «1 kg»."""
    if mass_g % GRAMS_PER_KG == 0:
        return f"{mass_g // GRAMS_PER_KG} kg"
    return f"{mass_g} g"
