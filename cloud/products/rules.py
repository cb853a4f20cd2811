"""Pure decisions about products: states, what is read again, packs, prices and days of sale."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, Protocol

from cloud.i18n import _
from cloud.products.kinds import (
    DEMANDED,
    LABEL_GAPS,
    SCHEME_WORDS,
    Kind,
    LabelField,
    Scheme,
    label_gaps,
)
from cloud.products.models import ProductState

GRAMS_PER_KG: Final = 1000


class Action(StrEnum):
    """What can be done with a product."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    PUBLISH = "publish"
    PAUSE = "pause"
    RESUME = "resume"
    ARCHIVE = "archive"


TRANSITIONS: Final = {
    (ProductState.DRAFT, Action.SUBMIT): ProductState.SUBMITTED,
    (ProductState.DRAFT, Action.ARCHIVE): ProductState.ARCHIVED,
    (ProductState.SUBMITTED, Action.APPROVE): ProductState.APPROVED,
    (ProductState.SUBMITTED, Action.REJECT): ProductState.DRAFT,
    (ProductState.APPROVED, Action.PUBLISH): ProductState.PUBLISHED,
    (ProductState.APPROVED, Action.ARCHIVE): ProductState.ARCHIVED,
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

REVIEWED: Final = frozenset({"name", "origin", "kind", "certificates"})
"""What somebody else read and found true; price, stock and photos may change every day.

The kind is among them because it decides which certificates are needed.
"""

_APPROVED: Final = frozenset({ProductState.APPROVED, ProductState.PUBLISHED, ProductState.PAUSED})


class Priced(Protocol):
    """A price from so many packs on."""

    @property
    def min_quantity(self) -> int: ...

    @property
    def price(self) -> int: ...


@dataclass(frozen=True)
class Tier:
    """So much for one pack, from so many packs on."""

    min_quantity: int
    price: int


def after(state: ProductState, *actions: Action) -> ProductState | None:
    """The state after the actions, or None where one of them is not possible."""
    for action in actions:
        step = TRANSITIONS.get((state, action))
        if step is None:
            return None
        state = step
    return state


def after_change(state: ProductState, changed: Collection[str]) -> ProductState:
    """Where a product stands once these fields are others: what was read is read again."""
    reread = state in _APPROVED and not REVIEWED.isdisjoint(changed)
    return ProductState.SUBMITTED if reread else state


def steps(state: ProductState, wish: Action) -> tuple[Action, ...]:
    """What a button means for a product in this state."""
    return TO_SHELF.get(state, (wish,)) if wish is Action.PUBLISH else (wish,)


def unit_price(price: int, tiers: Iterable[Priced], quantity: int) -> int:
    """Đồng for one pack where so many are bought: that of the highest tier that is reached."""
    reached = [tier for tier in tiers if tier.min_quantity <= quantity]
    return max(reached, key=lambda tier: tier.min_quantity).price if reached else price


def cheaper(tiers: Iterable[Tier], quantity: int) -> Tier | None:
    """The next number of packs from which each costs less; None where there is no such number."""
    further = [tier for tier in tiers if tier.min_quantity > quantity]
    return min(further, key=lambda tier: tier.min_quantity, default=None)


def falls(price: int, tiers: Sequence[Priced]) -> bool:
    """Whether more packs are always cheaper, each number of packs named once."""
    ordered = sorted(tiers, key=lambda tier: tier.min_quantity)
    prices = [price, *(tier.price for tier in ordered)]
    amounts = [1, *(tier.min_quantity for tier in ordered)]
    return all(one > other for one, other in pairwise(prices)) and all(
        one < other for one, other in pairwise(amounts)
    )


def is_open(windows: Iterable[tuple[date, date]], today: date) -> bool:
    """Whether a product is sold on this day; one without windows always is."""
    days = list(windows)
    return not days or any(opens <= today <= closes for opens, closes in days)


def is_sold_ahead(window: tuple[date, date], harvest_on: date | None, today: date) -> bool:
    """Whether orders are taken on this day for what is harvested later; not on its day itself."""
    opens, closes = window
    return harvest_on is not None and opens <= today <= closes and today < harvest_on


def keeps(harvested_on: date, shelf_life_days: int | None, today: date) -> bool:
    """Whether a harvest may still be sold on this day; its last day is one of them."""
    if shelf_life_days is None:
        return True
    return today <= harvested_on + timedelta(days=shelf_life_days)


def share(free: Iterable[tuple[int, int]], quantity: int) -> list[tuple[int, int]] | None:
    """So many packs out of lots, each taken whole before the next one is touched.

    `free` are lots and what is free of each, in the order in which they are sold; None where all
    of them together have less.
    """
    parts = []
    for lot, packs in free:
        taken = min(packs, quantity)
        if taken > 0:
            parts.append((lot, taken))
            quantity -= taken
    return parts if quantity == 0 else None


@dataclass(frozen=True)
class Obstacle:
    """What still forbids publishing: the field that is looked at, and what a person can do.

    `sentence` is a key of the catalogue; `params` are filled in where it is read.
    """

    field: str
    sentence: str
    params: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """A certificate that a product claims; `verified` while nobody withdrew it."""

    scheme: Scheme
    verified: bool
    valid_from: date
    valid_until: date | None

    def holds(self, today: date) -> bool:
        """Whether buyers may be told of it on this day; the last day is one of its days."""
        ended = self.valid_until is not None and self.valid_until < today
        return self.verified and self.valid_from <= today and not ended


@dataclass(frozen=True)
class Readiness:
    """What publishing looks at; a sample of the demonstration stands for no goods."""

    shop_verified: bool
    account: bool
    kind: Kind | None
    label: Mapping[LabelField, str]
    packs: int
    left: int
    window: bool
    photos: int
    papers: Sequence[Paper]
    today: date
    sample: bool
    name: str = ""
    description: str = ""


Limit = Callable[[Readiness], Iterable[Obstacle]]
"""What a channel asks beyond this; the product is judged by all that are handed in."""


def obstacles(product: Readiness, limits: Sequence[Limit] = ()) -> tuple[Obstacle, ...]:
    """Everything that still forbids publishing, so that it can be mended at one go."""
    found = [*_of_shop(product), *_of_photos(product), *_of_label(product), *_of_packs(product)]
    found += list(_of_papers(product))
    return (*found, *(one for limit in limits for one in limit(product)))


def _of_shop(product: Readiness) -> Iterator[Obstacle]:
    if not product.shop_verified:
        yield Obstacle("shop", _("Gian hàng chưa được xác minh. Hãy điền giấy tờ gian hàng."))
    if not product.account:
        yield Obstacle("account", _("Gian hàng chưa có tài khoản nhận tiền. Hãy điền một số."))


def _of_photos(product: Readiness) -> Iterator[Obstacle]:
    if not product.photos and not product.sample:
        yield Obstacle("photos", _("Chưa có ảnh. Hãy chụp một tấm."))


def _of_label(product: Readiness) -> Iterator[Obstacle]:
    if product.kind is None:
        yield Obstacle("kind", _("Chưa chọn loại hàng. Hãy chọn một loại."))
    for one in label_gaps(product.kind, product.label, sample=product.sample):
        yield Obstacle(f"label.{one}", LABEL_GAPS[one])


def _of_packs(product: Readiness) -> Iterator[Obstacle]:
    if not product.packs:
        yield Obstacle("packs", _("Chưa có gói và giá. Hãy thêm một gói."))
    elif product.left < 1 and not product.window:
        yield Obstacle("stock", _("Trong kho đã hết hàng. Hãy thêm hàng hoặc đợt bán."))


def _of_papers(product: Readiness) -> Iterator[Obstacle]:
    """What the kind cannot be sold without, and whatever else the product claims."""
    if product.sample or product.kind is None:
        return
    claimed = {paper.scheme for paper in product.papers}
    for scheme in sorted(DEMANDED.get(product.kind, frozenset()) - claimed):
        what = {"what": SCHEME_WORDS[scheme]}
        yield Obstacle("certificates", _("Cần giấy %(what)s. Hãy thêm ở trang gian hàng."), what)
    for paper in product.papers:
        if not paper.holds(product.today):
            yield Obstacle(
                "certificates", _wrong_with(paper), {"what": SCHEME_WORDS[paper.scheme]}
            )


def _wrong_with(paper: Paper) -> str:
    if not paper.verified:
        return _("Giấy %(what)s chưa được xác minh. Hãy đợi, hoặc bỏ chọn.")
    return _("Giấy %(what)s hết hạn hoặc chưa có hiệu lực. Hãy thay giấy mới.")


def packs(mass_g: int, pack_g: int) -> int:
    """Whole packs that a harvest fills; the rest stays with the grower."""
    return mass_g // pack_g


def per_kilogram(price: int, pack_g: int) -> int:
    """The price of a kilogram, rounded to the nearest đồng, half up."""
    return (2 * price * GRAMS_PER_KG + pack_g) // (2 * pack_g)


def pack_name(mass_g: int) -> str:
    """How a pack is called on the shelf when nobody named it: «500 g», «1 kg», «1,5 kg»."""
    if mass_g < GRAMS_PER_KG:
        return f"{mass_g} g"
    whole, rest = divmod(mass_g, GRAMS_PER_KG)
    return f"{whole},{rest:03}".rstrip("0").rstrip(",") + " kg"
