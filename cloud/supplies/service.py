"""The cooperative's list: read from a file, looked at, and only then taken; and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from cloud import sheet
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.errors import NotFound
from cloud.principal import Principal
from cloud.scope import find
from cloud.sheet import SheetError
from cloud.supplies import rules
from cloud.supplies.errors import NotASupplyList, SupplyListTooLarge, TooManySupplies
from cloud.supplies.models import Supply, SupplyList
from cloud.supplies.rules import Found, Product

MAX_OCTETS: Final = 2 * 1024 * 1024
"""Of a file; the products of a cooperative are a hundredth of it."""
MOST: Final = 200
"""Products of a cooperative: as many as one list on a telephone can offer."""
KEPT: Final = timedelta(days=1)
"""How long a file that was read waits."""

_FOUND: Final = TypeAdapter(Found)


@dataclass(frozen=True)
class Preview:
    """A file as it was read; `fresh` rows are new, the others are written over what is there."""

    id: str
    found: Found
    fresh: int
    is_taken: bool


def read(session: Session, principal: Principal, octets: bytes, now: datetime) -> str:
    """Read a file and lay it aside; the public id under which it can be looked at.

    Raises:
        NotASupplyList: no table, or none whose head names products.
        SupplyListTooLarge: far more than a list.
    """
    if len(octets) > MAX_OCTETS:
        raise SupplyListTooLarge
    try:
        found = rules.read(sheet.read(octets))
    except SheetError:
        raise NotASupplyList from None
    if found is None or not (found.rows or found.problems):
        raise NotASupplyList
    kept = SupplyList(
        cooperative_id=principal.cooperative_id,
        found=_FOUND.dump_python(found, mode="json"),
        created_at=now,
    )
    session.add(kept)
    session.flush()
    return kept.public_id


def preview(session: Session, principal: Principal, public_id: str) -> Preview:
    """What would be taken, row by row; nothing is."""
    kept = find(session, SupplyList, public_id, principal)
    found = _FOUND.validate_python(kept.found)
    known = {row.folded for row in listing(session, principal)}
    fresh = sum(rules.key_of(one.name) not in known for one in found.rows)
    return Preview(public_id, found, fresh, kept.taken_at is not None)


def confirm(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """Take the good rows, once; a product that is there already is as the file says from now on.

    Raises:
        TooManySupplies: with them there would be more than MOST.
    """
    owner = select(Cooperative.id).where(Cooperative.id == principal.cooperative_id)
    session.exec(owner.with_for_update()).one()
    kept = find(session, SupplyList, public_id, principal)
    if kept.taken_at is not None:
        return
    found = _FOUND.validate_python(kept.found)
    own = select(Supply).where(Supply.cooperative_id == principal.cooperative_id)
    known = {row.folded: row for row in session.exec(own).all()}
    for one in found.rows:
        folded = rules.key_of(one.name)
        row = known.get(folded) or Supply.model_validate(
            {"cooperative_id": principal.cooperative_id, "folded": folded, **_columns(one)}
        )
        row.sqlmodel_update({**_columns(one), "gone_at": None})
        session.add(row)
    kept.taken_at = now
    session.flush()
    if _count(session, principal) > MOST:
        raise TooManySupplies(most=MOST)
    deed = Deed(AuditAction.SUPPLIES_TAKEN, f"list:{public_id}", {"rows": len(found.rows)})
    audit.note(session, principal, deed, now)


def listing(session: Session, principal: Principal) -> Sequence[Supply]:
    """The cooperative's products by name; also for whoever came in by the card of one farm."""
    own = select(Supply).where(
        Supply.cooperative_id == principal.cooperative_id, col(Supply.gone_at).is_(None)
    )
    return session.exec(own.order_by(col(Supply.folded))).all()


def remove(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """Offer it no more; what was written with it stays."""
    row = find(session, Supply, public_id, principal)
    if row.gone_at is None:
        row.gone_at = now
        session.flush()
        deed = Deed(AuditAction.SUPPLY_REMOVED, f"supply:{public_id}")
        audit.note(session, principal, deed, now)


def chosen(session: Session, principal: Principal, public_id: str, typed: str) -> Supply | None:
    """The product that somebody chose, or whose name they typed; None where it is another one.

    One that has left the list since counts: an entry may have waited on a telephone for weeks.

    Raises:
        NotFound: what was chosen was never in the list.
    """
    own = select(Supply).where(Supply.cooperative_id == principal.cooperative_id)
    if public_id:
        row = session.exec(own.where(Supply.public_id == public_id)).one_or_none()
        if row is None:
            raise NotFound
        return row
    folded = rules.key_of(typed)
    return session.exec(own.where(Supply.folded == folded)).one_or_none() if folded else None


def sweep(session: Session, now: datetime) -> None:
    """A chore of each night: forget files that were read."""
    session.exec(delete(SupplyList).where(col(SupplyList.created_at) <= now - KEPT))


def _columns(one: Product) -> dict[str, object]:
    return {
        "name": one.name,
        "registration": one.registration,
        "ingredient": one.ingredient,
        "dose": one.dose,
        "phi_days": one.phi_days,
    }


def _count(session: Session, principal: Principal) -> int:
    own = select(func.count()).where(
        Supply.cooperative_id == principal.cooperative_id, col(Supply.gone_at).is_(None)
    )
    return session.exec(own).one()
