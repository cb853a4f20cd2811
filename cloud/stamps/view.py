"""A lot's print runs as its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sqlmodel import Session

from cloud.i18n import _, translate
from cloud.lots.models import Lot
from cloud.principal import Principal
from cloud.stamps import rules, service, sheets
from cloud.stamps.models import Issuance, StampSheet, StampVoid
from cloud.stamps.rules import Range, Status

PAPERS: Final = {
    "a4-65": _("A4, 65 tem"),
    "a4-40": _("A4, 40 tem lớn"),
    "roll-40x25": _("Cuộn 40 × 25 mm"),
    "roll-50x30": _("Cuộn 50 × 30 mm"),
}
STATUS: Final = {
    Status.ISSUED: _("chưa báo dán"),
    Status.ACTIVATED: _("đã dán"),
    Status.VOID: _("đã hủy"),
}


@dataclass(frozen=True)
class Run:
    """One print run with its counters."""

    issuance: Issuance
    status: Status
    word: str
    void: int
    taken_out: Sequence[StampVoid]
    files: Sequence[StampSheet]

    @property
    def waiting(self) -> int:
        """Printed, and nobody said yet that they are on goods."""
        return self.issuance.quantity - self.issuance.activated

    @property
    def at_once(self) -> bool:
        return self.issuance.quantity <= sheets.AT_ONCE


@dataclass(frozen=True)
class Totals:
    """Of a lot: printed, on goods, called void."""

    printed: int
    activated: int
    void: int


def runs(session: Session, principal: Principal, lot: Lot, language: str) -> list[Run]:
    found = service.of_lot(session, principal, lot)
    files = sheets.own(session, principal, [cast("int", one.id) for one in found])
    return [_run(session, one, files, language) for one in found]


def totals(found: Sequence[Run]) -> Totals:
    return Totals(
        sum(run.issuance.quantity for run in found),
        sum(run.issuance.activated for run in found),
        sum(run.void for run in found),
    )


def papers(language: str) -> dict[str, str]:
    return {paper: translate(language, word) for paper, word in PAPERS.items()}


def _run(session: Session, issuance: Issuance, files: list[StampSheet], language: str) -> Run:
    out, status = service.taken_out(session, issuance), service.status(issuance)
    return Run(
        issuance,
        status,
        translate(language, STATUS[status]),
        rules.voided(issuance.quantity, [Range(one.first, one.last) for one in out]),
        out,
        [file for file in files if file.issuance_id == issuance.id],
    )
