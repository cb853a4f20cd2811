"""The counters of packs, each changed by one guarded statement: none is ever below nothing.

A pack is counted first, then its lots: the row of `Stock` is where everybody waits who wants the
same pack.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from cloud import bulk
from cloud.products.models import LotStock, Stock


def take(session: Session, variant_id: int, packs: int) -> int:
    """All that is wanted if there are so many that nobody waits for, else nothing.

    Either way nobody else counts the pack until this transaction has ended.
    """
    here = col(Stock.variant_id) == variant_id
    free = col(Stock.on_hand) - col(Stock.reserved) - col(Stock.waiting)
    taken = update(Stock).where(here, free >= packs)
    taken = taken.values(reserved=col(Stock.reserved) + packs)
    if session.exec(taken).rowcount == 1:
        return packs
    session.exec(select(Stock.variant_id).where(here).with_for_update()).one_or_none()
    return 0


def wait(session: Session, variant_id: int, packs: int) -> bool:
    """Count so many more that orders wait for, or fewer."""
    waiting = col(Stock.waiting) + packs
    counted = update(Stock).where(col(Stock.variant_id) == variant_id, waiting >= 0)
    return session.exec(counted.values(waiting=waiting)).rowcount == 1


def count(session: Session, variant_id: int, on_hand: int, reserved: int) -> bool:
    """Count a pack, unless more would be promised than there is."""
    return _counted(session, Stock, (col(Stock.variant_id) == variant_id,), on_hand, reserved)


def count_lot(session: Session, place: tuple[int, int], on_hand: int, reserved: int) -> bool:
    """The same for a pack of one lot."""
    variant_id, lot_id = place
    here = (col(LotStock.variant_id) == variant_id, col(LotStock.lot_id) == lot_id)
    return _counted(session, LotStock, here, on_hand, reserved)


def add(
    session: Session,
    table: type[Stock | LotStock],
    keys: Mapping[str, int],
    packs: int,
    **facts: int,
) -> None:
    """So many more packs, where none of them were counted before as well."""
    insert = bulk.insert_into(session, table).values(
        {**keys, **facts, "on_hand": packs, "reserved": 0}
    )
    more = {"on_hand": col(table.on_hand) + insert.excluded.on_hand}
    session.exec(insert.on_conflict_do_update(index_elements=list(keys), set_=more))


def _counted(
    session: Session,
    table: type[Stock | LotStock],
    here: Sequence[ColumnElement[bool]],
    on_hand: int,
    reserved: int,
) -> bool:
    there, promised = col(table.on_hand) + on_hand, col(table.reserved) + reserved
    guarded = update(table).where(*here, there >= promised)
    return session.exec(guarded.values(on_hand=there, reserved=promised)).rowcount == 1
