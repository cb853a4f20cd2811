"""What search engines ask for first: where they may look, and what there is (sitemaps.org)."""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Response
from sqlmodel import col

from cloud.permissions import public
from cloud.products.models import Product, Shop
from cloud.products.outlet import OutletDep
from cloud.products.window import Showing
from cloud.transaction import SessionDep

router = APIRouter(dependencies=[Depends(public())])

_MOST: Final = 50_000
"""Addresses in one file, by the protocol; the newest products are in it."""
_ROBOTS: Final = """User-agent: *
Disallow: /htx/
Disallow: /don/
Disallow: /gio
Disallow: /T/
Disallow: /tra-don
Disallow: /cho?q=
Allow: /

Sitemap: {address}/sitemap.xml
"""


@router.get("/robots.txt")
def robots(outlet: OutletDep) -> Response:
    return Response(_ROBOTS.format(address=outlet.address), media_type="text/plain")


@router.get("/sitemap.xml")
def sitemap(session: SessionDep, outlet: OutletDep) -> Response:
    """The front page, the list, stalls and products that are sold; samples are nobody's find."""
    shown = (
        sa.select(col(Product.public_id), col(Shop.public_id))
        .join(Showing, col(Showing.product_id) == col(Product.id))
        .join(Shop, col(Shop.id) == col(Showing.shop_id))
        .where(col(Showing.simulated).is_(other=False))
        .order_by(col(Product.id).desc())
        .limit(_MOST // 2)
    )
    rows = session.connection().execute(shown).all()
    stalls = dict.fromkeys(shop for _product, shop in rows)
    paths = ["/", "/cho", *(f"/gian-hang/{shop}" for shop in stalls)]
    paths += [f"/cho/{product}" for product, _shop in rows]
    return Response(_xml(outlet.address + path for path in paths), media_type="application/xml")


def _xml(addresses: Iterable[str]) -> str:
    found = "".join(f"<url><loc>{escape(one)}</loc></url>" for one in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{space}">'
    return f"{head}{found}</urlset>"
