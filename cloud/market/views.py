"""The product's page put together: the product, and an order as far as it is filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from cloud.addresses.units import atlas
from cloud.errors import CloudError
from cloud.i18n import ENGLISH, TIME_ZONE, translate
from cloud.lots.models import Lot
from cloud.market import rules
from cloud.market.reading import Facet, Wish
from cloud.market.rules import Offered, Opinion, PackOffer, Rated, Vouched
from cloud.market.words import BUYER, FIELD_WORDS, RELOAD
from cloud.products.kinds import KIND_WORDS, SCHEME_WORDS, Kind
from cloud.products.models import Product, ShopCertificate, Variant
from cloud.products.offer import Pack
from cloud.products.outlet import Outlet
from cloud.products.service import Listing
from cloud.reviews.models import Review
from cloud.reviews.standing import Shown
from cloud.web import language_of, render

_EMPTY: Final = {"quantity": "1", "name": "", "phone": "", "address": ""}


@dataclass(frozen=True)
class Draft:
    """An order as far as it is filled in, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    status: HTTPStatus = HTTPStatus.OK
    sentence: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Narrower:
    """A province or a kind, and how many products are of it."""

    code: str
    name: str
    n: int


def places(facets: Sequence[Facet]) -> tuple[Narrower, ...]:
    """Provinces with something in the window, fullest first."""
    names = {one.code: one.short for one in atlas().provinces}
    return tuple(
        Narrower(one.value, names[one.value], one.n)
        for one in facets
        if one.facet == "province" and one.value in names
    )


def kinds(facets: Sequence[Facet], language: str) -> tuple[Narrower, ...]:
    """Kinds with something in the window, fullest first."""
    return tuple(
        Narrower(one.value, kind_word(Kind(one.value), language), one.n)
        for one in facets
        if one.facet == "kind"
    )


def kind_word(kind: Kind, language: str) -> str:
    return translate(language, KIND_WORDS[kind])


def address(path: str, onward: Wish | None) -> str | None:
    """Where the next page of a list is."""
    if onward is None:
        return None
    asked: dict[str, str | int | None] = {
        "q": onward.query,
        "tinh": onward.province,
        "loai": onward.kind,
        "before": onward.before,
        "trang": onward.page if onward.page > 1 else None,
    }
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def lot_path(lot: Lot) -> str:
    """The lot's own page: what its stamps lead to as well."""
    return f"/lo/{lot.gtin}/{quote(lot.code)}"


def unreadable(request: Request, values: Mapping[str, str], error: ValidationError) -> Draft:
    """What was typed, with a word for each field that cannot be read."""
    wrong = {str(problem["loc"][0]) for problem in error.errors()}
    language = language_of(request)
    problems = {
        name: translate(language, words) for name, words in FIELD_WORDS.items() if name in wrong
    }
    sentence = "" if problems else translate(language, RELOAD)
    return Draft(values, HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems)


def refused(request: Request, values: Mapping[str, str], error: CloudError) -> Draft:
    """What was typed, with the reason why it cannot be done."""
    sentence = translate(language_of(request), error.sentence, **error.params)
    return Draft(values, HTTPStatus(error.status), sentence)


def product_page(
    request: Request,
    listing: Listing,
    papers: Sequence[ShopCertificate],
    said: Shown,
    outlet: Outlet,
) -> HTMLResponse:
    """`papers` are those that buyers may be told of."""
    language, product = language_of(request), listing.product
    about = _about(product, listing.variant, language)
    url = outlet.product(product.public_id)
    vouched = [_vouched(row, language) for row in papers]
    images = [outlet.photo(picture.digest) for _photo, picture in listing.photos]
    offered = Offered(
        name=product.name,
        description=about,
        sku=product.public_id,
        url=url,
        shop=listing.shop.name,
        packs=[_pack(one) for one in listing.packs],
        images=images,
        papers=vouched,
        rated=_rated(product, said, language),
    )
    return render(
        request,
        "market/product.html",
        listing=listing,
        about=about,
        papers=vouched,
        image=images[0] if images else None,
        most=max(pack.most for pack in listing.packs),
        url=url,
        json_ld=rules.json_ld(offered),
        lot_path=lot_path(listing.lot),
        said=said,
    )


def _about(product: Product, variant: Variant, language: str) -> str:
    own_words = product.description_en if language == ENGLISH else product.description_vi
    return rules.description(
        own_words or product.description_vi, product.name, variant.mass_g, product.origin
    )


def _rated(product: Product, said: Shown, language: str) -> Rated | None:
    if not said.rows:
        return None
    author = translate(language, BUYER)
    told = [_opinion(row.review, author) for row in said.rows]
    return Rated(product.review_tenths, product.review_count, told)


def _opinion(review: Review, author: str) -> Opinion:
    day = review.written_at.astimezone(TIME_ZONE).date()
    return Opinion(author, review.stars, review.words, day)


def _pack(pack: Pack) -> PackOffer:
    one = pack.variant
    return PackOffer(
        one.public_id, one.pack_name, one.price, one.mass_g, pack.left, pack.harvest_on
    )


def _vouched(row: ShopCertificate, language: str) -> Vouched:
    return Vouched(
        translate(language, SCHEME_WORDS[row.scheme]),
        row.number,
        row.issuer,
        row.valid_from,
        row.valid_until,
        row.stars,
    )
