"""The market's pages: the list, a product, and ordering it; they work without JavaScript."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator, Field

from cloud.bodies import Body
from cloud.i18n import TIME_ZONE
from cloud.lines import typed_number
from cloud.market import reading, views
from cloud.market.reading import MOST_PAGES, Wish
from cloud.permissions import public
from cloud.products import papers
from cloud.products import service as products
from cloud.products.kinds import Kind
from cloud.products.outlet import outlet_of
from cloud.reviews import standing
from cloud.transaction import looking
from cloud.web import language_of, now, render

router = APIRouter(dependencies=[Depends(public())])

_PAGE: Final = 24
"""Products on one page: few enough for a slow phone, a multiple of every column count."""

_NEWEST: Final = 8
"""Products on the front page."""

_Before = Annotated[str | None, Query(pattern=r"^[0-9a-z]{10}$")]


class ListQuery(Body):
    """What a list is narrowed by, as it stands in its address."""

    q: str = Field(default="", max_length=80)
    tinh: str | None = Field(default=None, pattern=r"^\d{2}$")
    loai: Annotated[Kind | None, Field(strict=False)] = None
    before: str | None = Field(default=None, pattern=r"^[0-9a-z]{10}$")
    trang: Annotated[int, BeforeValidator(typed_number), Field(ge=1, le=MOST_PAGES)] = 1
    lang: str | None = None

    def wish(self) -> Wish:
        return Wish(self.q, self.tinh, self.loai, before=self.before, page=self.trang)


@router.get("/")
def front(request: Request) -> HTMLResponse:
    outlet = outlet_of(request)
    with looking(request) as session:
        found = reading.cards(session, Wish(), _NEWEST, simulated=outlet.samples)
        narrowing = reading.facets(session, simulated=outlet.samples)
        stalls = reading.stalls(session, simulated=outlet.samples)
    return render(
        request,
        "market/home.html",
        found=found,
        total=sum(one.n for one in narrowing if one.facet == "all"),
        places=views.places(narrowing),
        kinds=views.kinds(narrowing, language_of(request)),
        stalls=stalls,
        url=outlet.address,
    )


@router.get("/cho")
def market(request: Request, narrowed: Annotated[ListQuery, Query()]) -> HTMLResponse:
    outlet, wish = outlet_of(request), narrowed.wish()
    with looking(request) as session:
        found = reading.cards(session, wish, _PAGE, simulated=outlet.samples)
        facets = () if wish.query else reading.facets(session, simulated=outlet.samples)
    language = language_of(request)
    return render(
        request,
        "market/list.html",
        found=found,
        wish=wish,
        places=views.places(facets),
        kinds=views.kinds(facets, language),
        kind_word=views.kind_word(narrowed.loai, language) if narrowed.loai else "",
        url=outlet.address,
        more=views.address("/cho", found.onward),
    )


@router.get("/gian-hang/{shop}")
def stall(request: Request, shop: str, before: _Before = None) -> HTMLResponse:
    outlet = outlet_of(request)
    with looking(request) as session:
        seller = reading.stall(session, shop, simulated=outlet.samples)
        wish = Wish(shop=shop, before=before)
        found = reading.cards(session, wish, _PAGE, simulated=outlet.samples)
    more = views.address(f"/gian-hang/{shop}", found.onward)
    return render(
        request, "market/stall.html", seller=seller, found=found, more=more, url=outlet.address
    )


@router.get("/cho/{product}")
def product(request: Request, product: str) -> HTMLResponse:
    outlet, today = outlet_of(request), now(request).astimezone(TIME_ZONE).date()
    with looking(request) as session:
        listing = products.offered(session, product, simulated=outlet.samples)
        shown = papers.shown(session, listing.product, today)
        said = standing.shown(session, listing.product, standing.FEW)
        return views.product_page(request, listing, shown, said, outlet)


@router.get("/cho/{product}/danh-gia")
def reviews(request: Request, product: str, before: _Before = None) -> HTMLResponse:
    with looking(request) as session:
        sold = products.offered(session, product, simulated=outlet_of(request).samples).product
        said = standing.shown(session, sold, standing.MANY, before)
        return render(request, "reviews/all.html", product=sold, said=said)
