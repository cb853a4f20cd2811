"""Money that carriers took at the door: what they still hold, and what they handed on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.money.errors import NotCollected
from cloud.money.forms import RemitForm
from cloud.orders.models import Fulfilment, Order
from cloud.payments import service as payments
from cloud.payments.models import Allocation, AllocationKind, Payment
from cloud.payments.service import Said
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.shipping import parcels
from cloud.shipping.carrier import CarrierName
from cloud.shipping.models import CodRemittance, Shipment

SHOWN: Final = 200
"""Parcels and remittances on one page."""


@dataclass(frozen=True)
class Carried:
    """A parcel that is paid at the door, under the code of its payment."""

    shipment: Shipment
    code: str


@dataclass(frozen=True)
class Held:
    """Of one carrier: parcels whose money it holds, and parcels it still brings."""

    carrier: CarrierName
    collected: Sequence[Carried]
    on_the_way: Sequence[Carried]

    @property
    def owes(self) -> int:
        return sum(one.shipment.cod for one in self.collected)


@dataclass(frozen=True)
class Handed:
    """What a carrier handed on once, and what it should have been by the ledger."""

    remittance: CodRemittance
    due: int
    parcels: int

    @property
    def difference(self) -> int:
        """Below nothing: less came than was collected."""
        return self.remittance.amount - self.due


def held(session: Session, principal: Principal) -> list[Held]:
    """What each carrier still holds or will collect, carriers that hold most first."""
    done = _entries(AllocationKind.REMITTED, principal)
    found = session.exec(
        select(Shipment, Payment, Order)
        .join(Payment, col(Payment.order_id) == col(Shipment.order_id))
        .join(Order, col(Order.id) == col(Shipment.order_id))
        .where(
            Shipment.cooperative_id == principal.cooperative_id,
            Shipment.cod > 0,
            col(Payment.id).not_in(done),
        )
        .order_by(col(Shipment.id))
        .limit(SHOWN)
    ).all()
    took = set(session.exec(_entries(AllocationKind.COLLECTED, principal)))
    collected, coming = defaultdict[CarrierName, list[Carried]](list), defaultdict(list)
    for shipment, payment, order in found:
        one = Carried(shipment, payment.code)
        if payment.id in took:
            collected[shipment.carrier].append(one)
        elif order.fulfilment is Fulfilment.SHIPPED:
            coming[shipment.carrier].append(one)
    names = {*collected, *coming}
    every = [Held(name, collected[name], coming[name]) for name in names]
    return sorted(every, key=lambda one: (-one.owes, one.carrier))


def handed_on(session: Session, principal: Principal) -> list[Handed]:
    """What carriers handed on, newest first, each with what the ledger says it was for."""
    own = scoped(select(CodRemittance), principal).order_by(col(CodRemittance.id).desc())
    rows = session.exec(own.limit(SHOWN)).all()
    sums = session.exec(
        select(Allocation.remittance_id, sa.func.sum(col(Allocation.amount)), sa.func.count())
        .where(col(Allocation.remittance_id).in_([row.id for row in rows]))
        .group_by(col(Allocation.remittance_id))
    )
    due = {number: (int(amount), count) for number, amount, count in sums}
    return [Handed(row, *due.get(row.id, (0, 0))) for row in rows]


def remit(session: Session, principal: Principal, form: RemitForm, now: datetime) -> None:
    """Money came for these parcels; the same key again changes nothing.

    Raises:
        NotCollected: one of them is not this carrier's, was not paid, or was handed on before.
    """
    known = scoped(select(CodRemittance), principal).where(CodRemittance.key == form.key)
    if session.exec(known).first() is not None:
        return
    row = CodRemittance(
        cooperative_id=principal.cooperative_id,
        key=form.key,
        carrier=form.carrier,
        amount=form.amount,
        note=form.note,
        account_id=principal.account_id,
        at=now,
    )
    session.add(row)
    session.flush()
    shipments = session.exec(
        scoped(select(Shipment), principal)
        .where(col(Shipment.public_id).in_(form.parcels), Shipment.carrier == form.carrier)
        .order_by(col(Shipment.order_id))
    ).all()
    if not shipments or len(shipments) != len(set(form.parcels)):
        raise NotCollected
    for shipment in shipments:
        _hand_on(session, shipment, cast("int", row.id), principal.account_id, now)
    told: dict[str, str | int] = {"carrier": form.carrier.value, "amount": form.amount}
    deed = Deed(AuditAction.COD_REMITTED, f"remittance:{row.public_id}", told)
    audit.note(session, principal, deed, now)


def _hand_on(
    session: Session, shipment: Shipment, remittance: int, by: int | None, now: datetime
) -> None:
    """The order is locked first, as the desk does: two who write down the same come in turn."""
    session.get_one(Order, shipment.order_id, with_for_update=True)
    payment = payments.of_order(session, shipment.order_id)
    carried = payments.books(session, payment).with_carrier
    if carried <= 0:
        raise NotCollected
    said = Said(parcels.remitted(shipment), by, remittance_id=remittance)
    payments.remit(session, payment, carried, said, now)


def _entries(kind: AllocationKind, principal: Principal) -> SelectOfScalar[int]:
    """Payments of the cooperative of which the ledger has a line of this kind."""
    own = Allocation.cooperative_id == principal.cooperative_id
    return select(Allocation.payment_id).where(Allocation.kind == kind, own)
