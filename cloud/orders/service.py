"""Placing an order: goods held, transfer awaited, all or nothing."""

from datetime import datetime
from typing import cast

from sqlmodel import Session

from cloud.db import new_public_id
from cloud.orders import once, reading, rules
from cloud.orders.models import (
    Fulfilment,
    Order,
    OrderBuyer,
    OrderEvent,
    OrderLine,
    OrderRequest,
)
from cloud.orders.reading import Placed
from cloud.payments import service as payments
from cloud.products import service as products
from cloud.products import stock
from cloud.products.errors import OutOfStock
from cloud.products.service import Listing
from cloud.products.stock import Want
from cloud.shipping import service as shipping


def place(session: Session, request: OrderRequest, now: datetime, *, simulated: bool) -> Placed:
    """Order one product; the same request again is answered with the order it made.

    Raises:
        ProductGone: it is not for sale; `simulated` tells whether samples are.
        OutOfStock: less is left than was asked for.
        NoSuchPoint, NoCod: the shop does not offer what the buyer wants.
        KeyReused: the key came before with another request.
    """
    public_id = new_public_id()
    made = once.claim(session, request.key, request, public_id, now)
    if made != public_id:
        return reading.placed(session, made)
    listing = products.offered(session, request.product, simulated=simulated)
    goods = rules.total([(listing.variant.price, request.quantity)])
    offer = shipping.terms(session, listing.product.cooperative_id)
    mass_g = listing.variant.mass_g * request.quantity
    way = shipping.way(offer, request.way, mass_g, goods)
    _hold(session, listing, request.quantity, public_id, now)
    order = Order(
        public_id=public_id,
        cooperative_id=listing.product.cooperative_id,
        shop_id=listing.product.shop_id,
        fulfilment=Fulfilment.PLACED,
        total=goods + way.fee,
        fee=way.fee,
        pickup_id=way.point_id,
        simulated=listing.product.simulated,
        placed_at=now,
    )
    session.add(order)
    session.flush()
    _write_down(session, order, listing, request)
    order_id, cod = cast("int", order.id), request.way.cod
    payments.expect(session, order.cooperative_id, order_id, order.total, now, cod=cod)
    return reading.placed(session, public_id)


def _hold(session: Session, listing: Listing, quantity: int, order: str, now: datetime) -> None:
    want = Want(listing.variant, quantity, rules.hold_source(order, 1))
    short = stock.hold(session, [want], now)
    if short is not None:
        raise OutOfStock(item=listing.product.name, left=short.left)


def _write_down(session: Session, order: Order, listing: Listing, request: OrderRequest) -> None:
    order_id = cast("int", order.id)
    session.add(
        OrderBuyer(
            order_id=order_id, name=request.name, phone=request.phone, address=request.address
        )
    )
    session.add(
        OrderLine(
            cooperative_id=order.cooperative_id,
            order_id=order_id,
            position=1,
            variant_id=cast("int", listing.variant.id),
            lot_id=listing.product.lot_id,
            product_name=listing.product.name,
            pack_name=listing.variant.pack_name,
            mass_g=listing.variant.mass_g,
            price=listing.variant.price,
            quantity=request.quantity,
        )
    )
    session.add(
        OrderEvent(
            cooperative_id=order.cooperative_id,
            order_id=order_id,
            what=Fulfilment.PLACED,
            at=order.placed_at,
        )
    )
    session.flush()
