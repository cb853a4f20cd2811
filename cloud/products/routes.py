"""Products for programs."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.products import service
from cloud.products.bodies import PackOut, ProductOut, ProductRequest
from cloud.products.gate import Gate
from cloud.products.outlet import Outlet, OutletDep
from cloud.products.rules import Action
from cloud.products.service import Listing
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter(prefix="/api/v1/products")
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]
Reviewer = Annotated[Principal, Depends(require(Permission.PRODUCT_REVIEW))]


@router.post("", status_code=HTTPStatus.CREATED)
def create(
    session: SessionDep, principal: Writer, now: NowDep, outlet: OutletDep, body: ProductRequest
) -> ProductOut:
    return _out(service.create(session, principal, body, now), outlet)


@router.post("/{product}/publish")
def publish(
    request: Request,
    session: SessionDep,
    principal: Reviewer,
    now: NowDep,
    outlet: OutletDep,
    product: str,
) -> ProductOut:
    gate: Gate = request.app.state.gate
    gate(request, session, principal, product, Action.PUBLISH)
    service.act(session, principal, product, Action.PUBLISH, now)
    return _out(service.own_one(session, principal, product), outlet)


@router.get("/{product}", dependencies=[Depends(public())])
def one(session: SessionDep, outlet: OutletDep, product: str) -> ProductOut:
    return _out(service.offered(session, product, simulated=outlet.samples), outlet)


def _out(listing: Listing, outlet: Outlet) -> ProductOut:
    product, variant, lot = listing.product, listing.variant, listing.lot
    packs = [
        PackOut(
            id=pack.variant.public_id,
            pack=pack.variant.pack_name,
            mass_g=pack.variant.mass_g,
            price=pack.variant.price,
            price_per_kg=pack.per_kilogram,
            left=pack.left,
            tiers=[(tier.min_quantity, tier.price) for tier in pack.tiers],
            ahead=pack.ahead,
            harvest_on=pack.harvest_on,
        )
        for pack in listing.packs
    ]
    return ProductOut(
        id=product.public_id,
        name=product.name,
        shop=listing.shop.name,
        state=product.state,
        pack=variant.pack_name,
        pack_mass_g=variant.mass_g,
        price=variant.price,
        price_per_kg=listing.per_kilogram,
        left=listing.left,
        origin=product.origin,
        lot=lot.code,
        harvested_on=lot.harvested_on,
        litres_measured=lot.measured.litres,
        simulated=product.simulated,
        url=outlet.product(product.public_id),
        kind=product.kind,
        version=product.version,
        packs=packs,
    )
