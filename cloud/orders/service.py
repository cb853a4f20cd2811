"""Placing an order: goods held, transfer awaited, all or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlmodel import Session

from cloud.addresses.models import keep
from cloud.db import new_public_id
from cloud.i18n import TIME_ZONE
from cloud.orders import letters, once, reading, rules
from cloud.orders.baskets import Basket, Line
from cloud.orders.baskets import read as baskets_of
from cloud.orders.errors import CartEmpty, SoldAhead
from cloud.orders.letters import About
from cloud.orders.models import (
    CheckoutRequest,
    Fulfilment,
    GuestRequest,
    Order,
    OrderBuyer,
    OrderEvent,
    OrderLine,
    OrderRequest,
)
from cloud.orders.reading import Placed
from cloud.payments import service as payments
from cloud.products import service as products
from cloud.products import stock, window
from cloud.products.errors import OutOfStock
from cloud.products.stock import Held, Shortage, Want
from cloud.shipping import service as shipping

Goods = tuple[Line, Held]
"""What is bought, and the packs of one lot that are set aside of it, or of a harvest to come."""


def place(session: Session, request: OrderRequest, now: datetime, *, simulated: bool) -> Placed:
    """Order one product; the same request again is answered with the order it made.

    Raises:
        ProductGone: it is not for sale; `simulated` tells whether samples are.
        OutOfStock: less is left than was asked for.
        SoldAhead: there would be enough, had the buyer said to wait for a harvest.
        NoSuchPoint, NoCod: the shop does not offer what the buyer wants.
        KeyReused: the key came before with another request.
    """
    public_id = new_public_id()
    made = once.claim(session, request.key, request, public_id, now)
    if made != public_id:
        return reading.placed(session, made)
    listing = products.offered(session, request.product, simulated=simulated)
    line = Line(listing.first, listing.product, request.quantity)
    basket = Basket(listing.shop, [line])
    held = _hold(session, {public_id: basket}, request, now)
    _order(session, public_id, basket, held[public_id], request, now)
    return reading.placed(session, public_id)


def check_out(
    session: Session, request: CheckoutRequest, now: datetime, *, simulated: bool
) -> list[Placed]:
    """Order all of a cart, one order for each stall, or nothing at all.

    The same request again is answered with the same orders, whatever was sold out meanwhile.

    Raises:
        CartEmpty, OutOfStock, SoldAhead, NoSuchPoint, NoCod, KeyReused: as for one product.
    """
    first = new_public_id()
    made = once.claim(session, request.key, request, first, now)
    if made != first:
        return [reading.placed(session, one) for one in [made, *once.more(session, request.key)]]
    baskets = baskets_of(session, request.cart, simulated=simulated)
    if not baskets:
        raise CartEmpty
    others = [new_public_id() for _ in baskets[1:]]
    once.add(session, request.key, others, now)
    orders = dict(zip([first, *others], baskets, strict=True))
    held = _hold(session, orders, request, now)
    for public_id, basket in orders.items():
        _order(session, public_id, basket, held[public_id], request, now)
    return [reading.placed(session, one) for one in orders]


def _hold(
    session: Session, baskets: Mapping[str, Basket], request: GuestRequest, now: datetime
) -> dict[str, list[Goods]]:
    """What is set aside for each order: the packs of one lot are one line."""
    lines = {line.variant.id: line for basket in baskets.values() for line in basket.lines}
    wants = [
        Want(line.variant, line.quantity, rules.held_for(order), ahead=bool(request.ahead))
        for order, basket in baskets.items()
        for line in basket.lines
    ]
    held = stock.hold(session, wants, now)
    if isinstance(held, Shortage):
        item, possible = lines[held.want.variant.id].product.name, held.left + held.ahead
        if held.ahead and not request.ahead and held.want.quantity <= possible:
            raise SoldAhead(item=item, left=held.left)
        raise OutOfStock(item=item, left=possible)
    window.sold(session, (line.product for line in lines.values()))
    return {
        order: [
            (lines[one.want.variant.id], one)
            for one in held
            if one.want.order == rules.held_for(order)
        ]
        for order in baskets
    }


def _order(
    session: Session,
    public_id: str,
    basket: Basket,
    held: Sequence[Goods],
    request: GuestRequest,
    now: datetime,
) -> None:
    first, goods = basket.lines[0].product, basket.goods
    offer = shipping.terms(session, first.cooperative_id)
    way = shipping.way(offer, request.way, basket.mass_g, goods)
    order = Order(
        public_id=public_id,
        cooperative_id=first.cooperative_id,
        shop_id=first.shop_id,
        fulfilment=Fulfilment.PLACED,
        total=goods + way.fee,
        fee=way.fee,
        pickup_id=way.point_id,
        simulated=any(line.product.simulated for line in basket.lines),
        placed_at=now,
    )
    session.add(order)
    session.flush()
    _write_down(session, order, held, request)
    order_id, cod = cast("int", order.id), request.way.cod
    payments.expect(session, order.cooperative_id, order_id, order.total, now, cod=cod)


def _write_down(
    session: Session, order: Order, held: Sequence[Goods], request: GuestRequest
) -> None:
    order_id = cast("int", order.id)
    buyer = OrderBuyer(
        order_id=order_id,
        name=request.name,
        phone=request.phone,
        phone_key=request.phone,
        address="",
        email=request.email,
    )
    keep(buyer, request.settled)
    session.add(buyer)
    session.add_all(_line(order, number, *goods) for number, goods in enumerate(held, 1))
    session.add(
        OrderEvent(
            cooperative_id=order.cooperative_id,
            order_id=order_id,
            what=Fulfilment.PLACED,
            at=order.placed_at,
        )
    )
    letters.note(session, order, About.PLACED, order.placed_at)
    session.flush()


def _line(order: Order, position: int, line: Line, packs: Held) -> OrderLine:
    return OrderLine(
        cooperative_id=order.cooperative_id,
        order_id=cast("int", order.id),
        position=position,
        variant_id=cast("int", line.variant.id),
        lot_id=packs.lot_id,
        harvest_on=packs.harvest_on,
        product_name=line.product.name,
        pack_name=line.variant.pack_name,
        mass_g=line.variant.mass_g,
        price=line.price,
        quantity=packs.quantity,
        vat=line.product.vat_on(order.placed_at.astimezone(TIME_ZONE).date()),
    )
