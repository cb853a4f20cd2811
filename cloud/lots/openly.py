"""What the public log is told of lots; their names and whoever grew them stay outside of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from cloud.lots.models import Lot
from cloud.transparency import entries
from cloud.transparency import service as log
from cloud.transparency.entries import LotFact

_NOT_TOLD = "devices"


def made(session: Session, lot: Lot, now: datetime, parts: Sequence[Lot] = ()) -> None:
    """A harvest, or what was made of other lots."""
    measured = {name: value for name, value in lot.evidence.items() if name != _NOT_TOLD}
    fact = LotFact(
        lot.gtin,
        lot.code,
        lot.harvested_on,
        lot.quantity_g,
        lot.simulated,
        measured,
        [one.code for one in parts],
    )
    log.append(session, [entries.lot_made(fact, now)])


def recalled(session: Session, lots: Sequence[Lot], now: datetime) -> None:
    log.append(session, [entries.lot_recalled(one.gtin, one.code, now) for one in lots])
