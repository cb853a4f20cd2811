"""What everybody may know of lots and their stamps, gathered; no person and no place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.lots.models import Lot
from cloud.stamps.models import Issuance, StampVoid
from cloud.transparency import service as log
from cloud.transparency.entries import of_lot, of_run
from cloud.transparency.service import Standing

_NOT_TOLD: Final = "devices"

Json = dict[str, object]


@dataclass(frozen=True)
class Run:
    """One print run; stamps are counted from 1, as on a sheet."""

    number: int
    kind: str
    kid: int
    quantity: int
    activated: int
    void: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class LotFacts:
    """One lot with its runs, and the lines of the log about both."""

    lot: Lot
    runs: Sequence[Run]
    lines: Sequence[Standing]

    def as_json(self) -> Json:
        lot = self.lot
        return {
            "gtin": lot.gtin,
            "lot": lot.code,
            "product": lot.product,
            "harvested_on": lot.harvested_on.isoformat(),
            "grams": lot.quantity_g,
            "sample": lot.simulated,
            "recalled": lot.recalled,
            "measured": {name: told for name, told in lot.evidence.items() if name != _NOT_TOLD},
            "runs": [vars(run) for run in self.runs],
        }


def lots(session: Session) -> Iterator[LotFacts]:
    """All lots, by product and code."""
    order = (col(Lot.gtin), col(Lot.code), col(Lot.id))
    for lot in session.exec(select(Lot).order_by(*order)):
        yield of_one(session, lot)


def of_one(session: Session, lot: Lot) -> LotFacts:
    found = session.exec(
        select(Issuance).where(Issuance.lot_id == lot.id).order_by(col(Issuance.id))
    ).all()
    void = _void(session, found)
    runs = [_run(one, void.get(cast("int", one.id), ())) for one in found]
    subjects = [of_lot(lot.gtin, lot.code), *(of_run(run.number) for run in runs)]
    return LotFacts(lot, runs, log.about(session, subjects))


def _void(session: Session, runs: Sequence[Issuance]) -> dict[int, list[tuple[int, int]]]:
    own = select(StampVoid).where(col(StampVoid.issuance_id).in_([one.id for one in runs]))
    rows = session.exec(own.order_by(col(StampVoid.issuance_id), col(StampVoid.id)))
    return {
        number: [(row.first + 1, row.last + 1) for row in some]
        for number, some in groupby(rows, key=lambda row: row.issuance_id)
    }


def _run(issuance: Issuance, void: Sequence[tuple[int, int]]) -> Run:
    return Run(
        cast("int", issuance.id),
        issuance.kind.value,
        issuance.kid,
        issuance.quantity,
        issuance.activated,
        void,
    )
