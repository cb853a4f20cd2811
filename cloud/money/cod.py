"""Money that carriers took at the door: what they still hold, and what they handed on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.errors import NotFound
from cloud.money import service as money
from cloud.money.errors import NotCollected, NotTheCarriers
from cloud.money.forms import RemitForm
from cloud.orders.models import Fulfilment, Order
from cloud.payments import bank
from cloud.payments import service as payments
from cloud.payments.models import Allocation, AllocationKind, BankTxn, Payment
from cloud.payments.service import Said
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.shipping import parcels
from cloud.shipping.carrier import CarrierName
from cloud.shipping.models import CodRemittance, Shipment

SHOWN: Final = 200
"""Parcels and remittances on one page."""
_NEAR: Final = 10
"""A transaction that differs by more than this part of the amount is not offered."""
_OFFERED: Final = 5


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
    """What a carrier handed on once, what it should have been, and the transaction it came by.

    `offered` are transactions that it may have come by, the nearest amount first.
    """

    remittance: CodRemittance
    due: int
    parcels: int
    txn: BankTxn | None
    offered: Sequence[BankTxn]

    @property
    def difference(self) -> int:
        """Below nothing: less came than was collected."""
        return self.remittance.amount - self.due


def held(session: Session, principal: Principal) -> list[Held]:
    """What each carrier still holds or will collect, carriers that hold most first."""
    done = _handed_on_wholly(principal)
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
    ids = [row.id for row in rows]
    sums = session.exec(
        select(Allocation.remittance_id, sa.func.sum(col(Allocation.amount)), sa.func.count())
        .where(col(Allocation.remittance_id).in_(ids), Allocation.kind == AllocationKind.REMITTED)
        .group_by(col(Allocation.remittance_id))
    )
    due = {number: (int(amount), count) for number, amount, count in sums}
    came = session.exec(select(BankTxn).where(col(BankTxn.remittance_id).in_(ids)))
    txns = {txn.remittance_id: txn for txn in came}
    free = bank.untouched(session, principal.cooperative_id)
    return [
        Handed(row, *due.get(row.id, (0, 0)), txns.get(row.id), _offered(row, free))
        for row in rows
    ]


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
    _note(session, principal, AuditAction.COD_REMITTED, row, told, now)


def undo(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """It was written down by mistake: the carrier holds the money again, the transaction waits.

    Its lines stay, and one stands against each; undone again it changes nothing.
    """
    row = _own(session, principal, public_id)
    if row.undone_at is not None:
        return
    _free(session, row)
    lines = session.exec(
        select(Allocation)
        .join(Payment, col(Payment.id) == col(Allocation.payment_id))
        .where(Allocation.remittance_id == row.id, Allocation.kind == AllocationKind.REMITTED)
        .order_by(col(Payment.order_id))
    ).all()
    for line in lines:
        order_id = session.get_one(Payment, line.payment_id).order_id
        session.get_one(Order, order_id, with_for_update=True)
        said = Said(bank.undoing(line), principal.account_id)
        payments.undo_remit(session, line, said, now)
    row.undone_at, row.undone_by = now, principal.account_id
    session.flush()
    _note(session, principal, AuditAction.COD_UNDONE, row, {"amount": row.amount}, now)


def link(
    session: Session, principal: Principal, public_id: str, txn_id: str, now: datetime
) -> None:
    """The carrier paid by this transaction, which pays no order then; again it changes nothing.

    Raises:
        NotTheCarriers: it went out or is spoken for; or another paid it, or it was undone.
    """
    row = _own(session, principal, public_id)
    txn = money.own(session, principal, txn_id)
    if txn.remittance_id == row.id:
        return
    taken = money.is_aside(txn) or not txn.incoming or bank.standing(session, [txn])
    if taken or row.undone_at is not None or _txn_of(session, row) is not None:
        raise NotTheCarriers
    txn.remittance_id = row.id
    session.flush()
    told: dict[str, str | int] = {"txn": txn.public_id, "amount": txn.amount}
    _note(session, principal, AuditAction.COD_LINKED, row, told, now)


def unlink(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """It did not come by that transaction, which waits again."""
    row = _own(session, principal, public_id)
    txn = _free(session, row)
    if txn is not None:
        told: dict[str, str | int] = {"txn": txn.public_id, "amount": txn.amount}
        _note(session, principal, AuditAction.COD_UNLINKED, row, told, now)


def _hand_on(
    session: Session, shipment: Shipment, remittance: int, by: int | None, now: datetime
) -> None:
    """The order is locked first, as the desk does: two who write down the same come in turn."""
    session.get_one(Order, shipment.order_id, with_for_update=True)
    payment = payments.of_order(session, shipment.order_id)
    carried = payments.books(session, payment).with_carrier
    if carried <= 0:
        raise NotCollected
    again = payments.count(session, payment, AllocationKind.REMIT_UNDONE)
    said = Said(parcels.remitted(shipment, again), by, remittance_id=remittance)
    payments.remit(session, payment, carried, said, now)


def _own(session: Session, principal: Principal, public_id: str) -> CodRemittance:
    """The caller's remittance, locked: two people at the page act one after the other."""
    mine = scoped(select(CodRemittance), principal).where(CodRemittance.public_id == public_id)
    row = session.exec(mine.with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _txn_of(session: Session, row: CodRemittance) -> BankTxn | None:
    paid_by = select(BankTxn).where(BankTxn.remittance_id == row.id)
    return session.exec(paid_by.with_for_update()).one_or_none()


def _free(session: Session, row: CodRemittance) -> BankTxn | None:
    txn = _txn_of(session, row)
    if txn is not None:
        txn.remittance_id = None
        session.flush()
    return txn


def _offered(row: CodRemittance, free: Sequence[BankTxn]) -> list[BankTxn]:
    if row.undone_at is not None:
        return []
    near = [txn for txn in free if abs(txn.amount - row.amount) * _NEAR <= row.amount]
    return sorted(near, key=lambda txn: abs(txn.amount - row.amount))[:_OFFERED]


def _note(
    session: Session,
    principal: Principal,
    action: AuditAction,
    row: CodRemittance,
    told: Mapping[str, str | int],
    now: datetime,
) -> None:
    deed = Deed(action, f"remittance:{row.public_id}", told)
    audit.note(session, principal, deed, now)


def _handed_on_wholly(principal: Principal) -> SelectOfScalar[int]:
    """Payments whose carrier handed on what it had collected, and was not said to have not."""
    kinds = {AllocationKind.REMITTED, AllocationKind.REMIT_UNDONE}
    signed = sa.case(
        (col(Allocation.kind) == AllocationKind.REMITTED, col(Allocation.amount)),
        else_=-col(Allocation.amount),
    )
    own = Allocation.cooperative_id == principal.cooperative_id
    return (
        select(Allocation.payment_id)
        .where(col(Allocation.kind).in_(kinds), own)
        .group_by(col(Allocation.payment_id))
        .having(sa.func.sum(signed) > 0)
    )


def _entries(kind: AllocationKind, principal: Principal) -> SelectOfScalar[int]:
    """Payments of the cooperative of which the ledger has a line of this kind."""
    own = Allocation.cooperative_id == principal.cooperative_id
    return select(Allocation.payment_id).where(Allocation.kind == kind, own)
