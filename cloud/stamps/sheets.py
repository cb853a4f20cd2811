"""Files for the printer: small ones at once, large ones made beside the pages, with progress.

The same run on the same paper always gives the same file, so one that is lost is made again.
"""

import io
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, cast

from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.clock import Clock
from cloud.db import writing
from cloud.devices.vault import Vault
from cloud.errors import CloudError, Conflict
from cloud.i18n import _
from cloud.lots import service as lots
from cloud.principal import Principal
from cloud.scope import find, scoped
from cloud.settings import Settings
from cloud.stamps import keys
from cloud.stamps.models import Issuance, Kind, SheetForm, SheetState, StampSheet
from cloud.stamps.service import get
from traceability import sealed, sheet, token
from traceability.errors import TraceabilityError
from traceability.labels import GRIDS, Label, Printer
from traceability.sealed import Seal, lot_check

AT_ONCE: Final = 2_000
"""Labels that a request makes itself: a tenth of a second."""
EVERY_S: Final = 2.0
"""How soon a file that somebody asked for is begun."""
KEPT: Final = timedelta(days=7)
LOST: Final = timedelta(minutes=10)
"""A worker that said nothing for so long has died; the largest file takes a tenth of it."""

_STEP: Final = 5_000  # labels between two words of progress
_USUAL: Final = "a4-65"
_CARTON: Final = "a4-40"
_OWNER: Final = 0o700

_log = logging.getLogger(__name__)


class TooManyAtOnce(Conflict):
    """A request would stand still for all of them."""

    code = "too_many_labels"
    sentence = _("Lần in này lớn. Hãy bấm tạo tệp in rồi đợi.")


class SheetNotReady(Conflict):
    """It is still being made, or could not be."""

    code = "sheet_not_ready"
    sentence = _("Tệp in chưa xong. Hãy đợi rồi tải.")


class NoRoom(Conflict):
    """The code is larger than the label."""

    code = "label_too_small"
    sentence = _("Giấy này quá nhỏ cho tem. Hãy chọn giấy tem lớn hơn.")


@dataclass(frozen=True)
class Room:
    """Where files are made: the folder and the seal of the keys."""

    folder: Path
    vault: Vault

    def path(self, public_id: str) -> Path:
        return self.folder / f"{public_id}.pdf"


def room(settings: Settings) -> Room:
    return Room(settings.data_dir / "sheets", keys.open_vault(settings))


def labels(
    session: Session, issuance: Issuance, vault: Vault, form: SheetForm | None = None
) -> bytes:
    """The sheets of a small run; the same issuance always gives the same file.

    Raises:
        TooManyAtOnce: it is to be asked for as a file.
    """
    if issuance.quantity > AT_ONCE:
        raise TooManyAtOnce
    made = io.BytesIO()
    _plan(session, vault, issuance, form or usual(issuance)).write(made, lambda _done: None)
    return made.getvalue()


def usual(issuance: Issuance) -> SheetForm:
    """What most people print on: the smallest sheet has no room for a sealed stamp."""
    return SheetForm(paper=_CARTON if issuance.kind is Kind.SEALED else _USUAL)


def ask(
    session: Session, principal: Principal, public_id: str, form: SheetForm, now: datetime
) -> StampSheet:
    """One file for each paper and language of a run; asked again, it is the same one.

    Raises:
        NoRoom: a stamp of this kind has no room on that paper.
        KeyGone: its key is too old.
    """
    issuance = get(session, principal, public_id)
    keys.demand_own(session, issuance)
    if issuance.kind is Kind.SEALED and form.paper == "a4-65":
        raise NoRoom
    session.refresh(issuance, with_for_update=True)  # two who ask at once come in turn
    known = session.exec(
        select(StampSheet).where(
            StampSheet.issuance_id == issuance.id,
            StampSheet.paper == form.paper,
            StampSheet.language == form.language,
            StampSheet.state != SheetState.FAILED,
        )
    ).first()
    if known is not None:
        return known
    row = StampSheet(
        cooperative_id=issuance.cooperative_id,
        issuance_id=cast("int", issuance.id),
        paper=form.paper,
        language=form.language,
        state=SheetState.WAITING,
        asked_at=now,
        seen_at=now,
    )
    session.add(row)
    session.flush()
    return row


def of_run(session: Session, principal: Principal, public_id: str) -> tuple[StampSheet, Issuance]:
    row = find(session, StampSheet, public_id, principal)
    return row, session.get_one(Issuance, row.issuance_id)


def own(session: Session, principal: Principal, issuance_ids: list[int]) -> list[StampSheet]:
    """The files of these runs, newest first."""
    wanted = scoped(select(StampSheet), principal)
    mine = wanted.where(col(StampSheet.issuance_id).in_(issuance_ids))
    return list(session.exec(mine.order_by(col(StampSheet.id).desc())))


def file_of(row: StampSheet, place: Room) -> Path:
    """A file that is ready.

    Raises:
        SheetNotReady: it is not, or went with the disk.
    """
    path = place.path(row.public_id)
    if row.state is not SheetState.READY or not path.is_file():
        raise SheetNotReady
    return path


def look(engine: Engine, clock: Clock, place: Room) -> None:
    """Every few seconds: make whatever waits; a database or disk that is away is asked again."""
    try:
        while _make_next(engine, clock, place):
            pass
    except (SQLAlchemyError, OSError):
        _log.exception("no label sheet can be made; it is tried again")


def sweep(engine: Engine, now: datetime, *, place: Room) -> None:
    """A round of each night: what is older than a week is made again when somebody asks."""
    with Session(writing(engine)) as session, session.begin():
        session.exec(delete(StampSheet).where(col(StampSheet.asked_at) < now - KEPT))
        left = set(session.exec(select(StampSheet.public_id)))
    for path in place.folder.glob("*.pdf*"):
        if path.name.partition(".")[0] not in left:
            path.unlink(missing_ok=True)


def _make_next(engine: Engine, clock: Clock, place: Room) -> bool:
    """Whether something waited."""
    now = clock.now()
    with Session(engine) as session:
        if session.exec(_waiting(now)).first() is None:
            return False
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        row = session.exec(_waiting(now).with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        row.state, row.turn, row.seen_at, row.done = (
            SheetState.WORKING,
            secrets.token_hex(8),
            now,
            0,
        )
    _make(engine, row, place)
    return True


def _waiting(now: datetime) -> SelectOfScalar[StampSheet]:
    died = (col(StampSheet.state) == SheetState.WORKING) & (col(StampSheet.seen_at) < now - LOST)
    due = or_(col(StampSheet.state) == SheetState.WAITING, died)
    return select(StampSheet).where(due).order_by(col(StampSheet.id)).limit(1)


def _make(engine: Engine, row: StampSheet, place: Room) -> None:
    try:
        with Session(engine) as session:
            issuance = session.get_one(Issuance, row.issuance_id)
            form = SheetForm.model_validate({"paper": row.paper, "language": row.language})
            plan = _plan(session, place.vault, issuance, form)
        place.folder.mkdir(mode=_OWNER, parents=True, exist_ok=True)
        fresh = place.path(row.public_id).with_suffix(f".pdf.{row.turn}")
        with fresh.open("wb") as file:
            plan.write(file, lambda done: _tell(engine, row, {"done": done}))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place.path(row.public_id))
    except (TraceabilityError, CloudError):
        _log.exception("label sheet %s cannot be made", row.public_id)
        _tell(engine, row, {"state": SheetState.FAILED})
        return
    _tell(engine, row, {"state": SheetState.READY, "done": plan.quantity})


def _tell(engine: Engine, row: StampSheet, values: dict[str, object]) -> None:
    """Only in one's own turn: another worker may have taken over meanwhile."""
    mine = (col(StampSheet.id) == row.id) & (col(StampSheet.turn) == row.turn)
    with Session(writing(engine)) as session, session.begin():
        session.exec(update(StampSheet).where(mine).values(values))


@dataclass(frozen=True)
class _Plan:
    """All that makes a file, without the database."""

    quantity: int
    label: Label
    printer: Printer
    serials: Iterator[str]
    codes: Iterator[str] | None

    def write(self, sink: BinaryIO | io.BytesIO, tell: Callable[[int], None]) -> None:
        sheet.write(sink, self.label, _told(self.serials, tell), self.printer, self.codes)


def _plan(session: Session, vault: Vault, issuance: Issuance, form: SheetForm) -> _Plan:
    keys.demand_own(session, issuance)
    lot = lots.of_id(session, issuance.lot_id)
    is_sealed, number = issuance.kind is Kind.SEALED, cast("int", issuance.id)
    label = Label(
        issuance.host,
        issuance.gtin,
        lot.product,
        lot.code,
        lot.harvested_on,
        lot.simulated,
        is_sealed,
        form.language,
        issuance.producer,
    )
    every = range(issuance.quantity)
    serials = token.serials(keys.live(session, vault)[issuance.kid], number, every)
    codes = None
    if is_sealed:
        signer, check = keys.sealing(session, vault)[issuance.kid], lot_check(lot.code)
        day, simulated, kid = lot.harvested_on, lot.simulated, issuance.kid
        codes = (
            sealed.issue(Seal(kid, number, index, day, simulated, check), signer)
            for index in every
        )
    return _Plan(issuance.quantity, label, Printer(GRIDS[form.paper]), serials, codes)


def _told(serials: Iterator[str], tell: Callable[[int], None]) -> Iterator[str]:
    for count, serial in enumerate(serials):
        if count and count % _STEP == 0:
            tell(count)
        yield serial
