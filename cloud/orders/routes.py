"""Orders for programs; an order's id is the secret its buyer holds."""

from http import HTTPStatus

from fastapi import APIRouter, Depends

from cloud.orders import reading, service
from cloud.orders.models import OrderOut, OrderRequest
from cloud.orders.reading import Placed
from cloud.permissions import public
from cloud.products.outlet import Outlet, OutletDep
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter(prefix="/api/v1/orders", dependencies=[Depends(public())])


@router.post("", status_code=HTTPStatus.CREATED)
def place(session: SessionDep, now: NowDep, outlet: OutletDep, body: OrderRequest) -> OrderOut:
    return _out(service.place(session, body, now, simulated=outlet.samples), outlet)


@router.get("/{order}")
def one(session: SessionDep, outlet: OutletDep, order: str) -> OrderOut:
    return _out(reading.placed(session, order), outlet)


def _out(placed: Placed, outlet: Outlet) -> OrderOut:
    order = placed.order
    return OrderOut(
        id=order.public_id,
        product=placed.lines[0].product_name,
        quantity=sum(line.quantity for line in placed.lines),
        total=order.total,
        fee=order.fee,
        fulfilment=order.fulfilment,
        payment=placed.payment_state,
        owed=placed.owed,
        payment_code=placed.payment.code,
        vietqr=placed.vietqr,
        simulated=order.simulated,
        placed_at=order.placed_at,
        url=outlet.order(order.public_id),
        harvest_on=placed.harvest_on,
    )
