"""Writing into the diary and putting it right; nothing that stands there is ever changed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy import exists, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cloud.accounts.models import Account
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Zone
from cloud.diary import rules, voices
from cloud.diary.models import WITH_INPUTS, DiaryEntry, DiaryInput, DiaryPhoto
from cloud.diary.rules import Said, Used
from cloud.errors import Conflict, Forbidden
from cloud.i18n import _
from cloud.media import recordings
from cloud.media import service as media
from cloud.media.darkroom import Developed
from cloud.media.models import Photo
from cloud.media.store import Store
from cloud.principal import Principal, Role
from cloud.scope import find, scoped
from cloud.supplies import service as supplies

LISTED: Final = 200
"""Entries on one page: weeks of a busy cooperative."""
LONGEST_PHI: Final = timedelta(days=999)
"""Three digits of days, as many as the form takes."""


class DiaryDay(Conflict):
    """Not a day that somebody still remembers."""

    code = "diary_day"
    sentence = _("Ngày làm phải trong %(days)s ngày qua.")


class EntryReplaced(Conflict):
    """Somebody put it right already; what they wrote has to be read first."""

    code = "entry_replaced"
    sentence = _("Dòng này đã được sửa rồi. Hãy xem lại nhật ký.")


@dataclass(frozen=True)
class Album:
    """Developed photos and what was said, and where they are to lie."""

    store: Store
    photos: Sequence[Developed] = ()
    voice: bytes = b""


@dataclass(frozen=True)
class Shown:
    """An entry as it is read."""

    entry: DiaryEntry
    zone: Zone
    by: str
    photos: Sequence[str]
    used: Used | None = None
    voice: str = ""

    @property
    def harvest_from(self) -> date | None:
        return self.used.harvest_from(self.entry.day) if self.used else None

    @property
    def corrected(self) -> bool:
        return self.entry.corrects_id is not None


def write(
    session: Session, principal: Principal, zone_id: str, said: Said, album: Album, now: datetime
) -> DiaryEntry:
    """One entry for each key of an account, however often it is sent, also at once.

    Raises:
        NotFound: the zone, or the product that was chosen, is none of the caller's.
        DiaryDay: it lies too far back, or ahead.
    """
    known = _in_turn(session, principal, said.key)
    if known is not None:
        return known
    zone = find(session, Zone, zone_id, principal)
    if not rules.is_plausible(said.day, now):
        raise DiaryDay(days=rules.DAYS_BACK)
    entry = _added(session, _row(principal, cast("int", zone.id), said, now))
    _put_on(session, entry, _labelled(session, principal, said))
    for photo in album.photos:
        kept = media.keep(session, principal, album.store, zone, photo, now)
        _show(session, entry, [cast("int", kept.id)], len(_photo_ids(session, entry)))
    if album.voice:
        said_aloud = recordings.keep(session, principal, album.store, zone, album.voice, now)
        voices.put(session, entry, said_aloud)
    _note(session, principal, AuditAction.DIARY_WRITTEN, entry, now)
    return entry


def correct(
    session: Session, principal: Principal, public_id: str, said: Said, now: datetime
) -> DiaryEntry:
    """Write what stands there instead, with the same photos.

    Raises:
        Forbidden: it is neither the caller's own nor is the caller the manager.
        EntryReplaced: something stands there instead already.
        DiaryDay: another day, too far back or ahead.
    """
    return _replace(session, principal, public_id, said, now, struck=False)


def strike(
    session: Session, principal: Principal, public_id: str, key: str, now: datetime
) -> DiaryEntry:
    """Say that it does not count; it stays readable.

    Raises:
        Forbidden: it is neither the caller's own nor is the caller the manager.
        EntryReplaced: something stands there instead already.
    """
    before = find(session, DiaryEntry, public_id, principal)
    said = Said(key, before.work, before.day, before.note)
    return _replace(session, principal, public_id, said, now, struck=True)


def listing(
    session: Session, principal: Principal, zone_ids: Sequence[int] | None = None
) -> list[Shown]:
    """What counts now, struck ones too, the newest day first; of some zones, or of all."""
    later = aliased(DiaryEntry)
    counts = ~exists().where(col(later.corrects_id) == col(DiaryEntry.id))
    wanted = scoped(select(DiaryEntry), principal).where(counts)
    if zone_ids is not None:
        wanted = wanted.where(col(DiaryEntry.zone_id).in_(zone_ids))
    order = (col(DiaryEntry.day).desc(), col(DiaryEntry.id).desc())
    return _shown(session, session.exec(wanted.order_by(*order).limit(LISTED)).all())


def written(
    session: Session, principal: Principal, zone: Zone, days: tuple[date, date]
) -> list[Shown]:
    """What counts of a zone of the caller's in these days, by whom it was written too."""
    own = find(session, Zone, zone.public_id, principal)
    return _shown(session, of_zone(session, cast("int", own.id), days))


def of_zone(session: Session, zone_id: int, days: tuple[date, date]) -> Sequence[DiaryEntry]:
    """What counts of a zone in these days, the last included, the oldest first; names nobody."""
    later = aliased(DiaryEntry)
    counts = ~exists().where(col(later.corrects_id) == col(DiaryEntry.id))
    first, last = days
    wanted = select(DiaryEntry).where(
        DiaryEntry.zone_id == zone_id,
        DiaryEntry.day >= first,
        DiaryEntry.day <= last,
        col(DiaryEntry.struck).is_(other=False),
        counts,
    )
    order = (col(DiaryEntry.day), col(DiaryEntry.id))
    return session.exec(wanted.order_by(*order)).all()


def harvest_from(session: Session, zone_id: int, day: date) -> date | None:
    """The first day on which a zone may be harvested, where that is after this day."""
    entries = of_zone(session, zone_id, (day - LONGEST_PHI, day))
    used = inputs(session, entries)
    ends = [
        end
        for entry in entries
        if (told := used.get(cast("int", entry.id)))
        and (end := told.harvest_from(entry.day))
        and end > day
    ]
    return max(ends, default=None)


def inputs(session: Session, entries: Sequence[DiaryEntry]) -> dict[int, Used]:
    """What was put on the plants in these entries, by their numbers."""
    ids = [entry.id for entry in entries]
    found = session.exec(select(DiaryInput).where(col(DiaryInput.entry_id).in_(ids)))
    return {
        row.entry_id: Used(row.product, row.registration, row.dose, row.phi_days, row.ingredient)
        for row in found
    }


def history(session: Session, principal: Principal, public_id: str) -> list[Shown]:
    """An entry and all it took the place of, the newest first."""
    entry = find(session, DiaryEntry, public_id, principal)
    chain = [entry]
    while chain[-1].corrects_id is not None:
        chain.append(session.get_one(DiaryEntry, chain[-1].corrects_id))
    return _shown(session, chain)


def may_correct(session: Session, principal: Principal, entry: DiaryEntry) -> bool:
    own = principal.account_id == entry.account_id or principal.role is Role.MANAGER
    return own and not entry.struck and not _is_replaced(session, entry)


def of_account(session: Session, account_id: int) -> list[Shown]:
    """All that a person wrote, replaced or not, for that person."""
    own = select(DiaryEntry).where(DiaryEntry.account_id == account_id)
    return _shown(session, session.exec(own.order_by(col(DiaryEntry.id))).all())


def photos_of_account(session: Session, account_id: int) -> Sequence[Photo]:
    """The pictures of all that a person wrote, each once, the oldest first."""
    shown = (
        select(DiaryPhoto.photo_id)
        .join(DiaryEntry, col(DiaryEntry.id) == col(DiaryPhoto.entry_id))
        .where(DiaryEntry.account_id == account_id)
    )
    return session.exec(
        select(Photo).where(col(Photo.id).in_(shown)).order_by(col(Photo.id))
    ).all()


def forget(session: Session, account_id: int) -> None:
    """Somebody is erased: their words and photos go, and that something was done stays.

    A picture of a product is the cooperative's, and stays.
    """
    theirs = select(Photo.id).where(Photo.account_id == account_id)
    shown = select(DiaryPhoto).where(col(DiaryPhoto.photo_id).in_(theirs))
    rows = session.exec(shown).all()
    photos = {row.photo_id for row in rows}
    for row in rows:
        session.delete(row)
    session.flush()
    media.forget(session, photos)
    voices.forget(session, account_id)
    own = update(DiaryEntry).where(col(DiaryEntry.account_id) == account_id)
    session.exec(own.values(note=""))


def _replace(
    session: Session,
    principal: Principal,
    public_id: str,
    said: Said,
    now: datetime,
    *,
    struck: bool,
) -> DiaryEntry:
    known = _in_turn(session, principal, said.key)
    if known is not None:
        return known
    before = find(session, DiaryEntry, public_id, principal)
    if principal.account_id != before.account_id and principal.role is not Role.MANAGER:
        raise Forbidden
    session.refresh(before, with_for_update=True)  # two who put it right at once come in turn
    if before.struck or _is_replaced(session, before):
        raise EntryReplaced
    if said.day != before.day and not rules.is_plausible(said.day, now):
        raise DiaryDay(days=rules.DAYS_BACK)
    fresh = _row(principal, before.zone_id, said, now)
    fresh.corrects_id, fresh.struck = before.id, struck
    entry = _added(session, fresh)
    _put_on(session, entry, inputs(session, [before]).get(cast("int", before.id)))
    _show(session, entry, _photo_ids(session, before), 0)
    voices.carry_over(session, before, entry)
    action = AuditAction.DIARY_STRUCK if struck else AuditAction.DIARY_CORRECTED
    _note(session, principal, action, entry, now)
    return entry


def _row(principal: Principal, zone_id: int, said: Said, now: datetime) -> DiaryEntry:
    return DiaryEntry(
        cooperative_id=principal.cooperative_id,
        zone_id=zone_id,
        key=said.key,
        work=said.work,
        day=said.day,
        note=said.note,
        account_id=principal.account_id,
        written_by_id=principal.person_id,
        created_at=now,
    )


def _added(session: Session, entry: DiaryEntry) -> DiaryEntry:
    session.add(entry)
    session.flush()
    return entry


def _in_turn(session: Session, principal: Principal, key: str) -> DiaryEntry | None:
    """What stands under this key; whoever sends in the same name at once waits here."""
    owner = select(Account.id).where(Account.id == principal.account_id)
    session.exec(owner.with_for_update()).one()
    return session.exec(
        select(DiaryEntry).where(
            DiaryEntry.account_id == principal.account_id, DiaryEntry.key == key
        )
    ).one_or_none()


def _put_on(session: Session, entry: DiaryEntry, used: Used | None) -> None:
    if used is None or entry.work not in WITH_INPUTS:
        return
    session.add(DiaryInput(entry_id=cast("int", entry.id), **asdict(used)))
    session.flush()


def _labelled(session: Session, principal: Principal, said: Said) -> Used | None:
    """What was used, with what the cooperative's list says of it."""
    if said.used is None:
        return None
    row = supplies.chosen(session, principal, said.supply, said.used.product)
    if row is None:
        return said.used
    label = Used(row.name, row.registration, row.dose, row.phi_days, row.ingredient)
    return said.used.with_label(label)


def _is_replaced(session: Session, entry: DiaryEntry) -> bool:
    later = select(DiaryEntry.id).where(DiaryEntry.corrects_id == entry.id)
    return session.exec(later).first() is not None


def _show(session: Session, entry: DiaryEntry, photo_ids: Sequence[int], first: int) -> None:
    for position, photo_id in enumerate(photo_ids, first):
        row = DiaryPhoto(entry_id=cast("int", entry.id), position=position, photo_id=photo_id)
        session.add(row)
    session.flush()


def _photo_ids(session: Session, entry: DiaryEntry) -> list[int]:
    of = select(DiaryPhoto.photo_id).where(DiaryPhoto.entry_id == entry.id)
    return list(session.exec(of.order_by(col(DiaryPhoto.position))))


def _note(
    session: Session, principal: Principal, action: AuditAction, entry: DiaryEntry, now: datetime
) -> None:
    deed = Deed(action, f"entry:{entry.public_id}", {"work": entry.work, "day": f"{entry.day}"})
    audit.note(session, principal, deed, now)


def _shown(session: Session, entries: Sequence[DiaryEntry]) -> list[Shown]:
    ids = [entry.id for entry in entries]
    photos: dict[int, list[str]] = {}
    found = session.exec(
        select(DiaryPhoto.entry_id, Photo.public_id)
        .join(Photo, col(Photo.id) == col(DiaryPhoto.photo_id))
        .where(col(DiaryPhoto.entry_id).in_(ids))
        .order_by(col(DiaryPhoto.entry_id), col(DiaryPhoto.position))
    )
    for entry_id, photo in found:
        photos.setdefault(entry_id, []).append(photo)
    zones = {
        zone.id: zone
        for zone in session.exec(
            select(Zone).where(col(Zone.id).in_({entry.zone_id for entry in entries}))
        )
    }
    by = {entry.written_by_id for entry in entries}
    people = session.exec(select(Account.id, Account.name).where(col(Account.id).in_(by)))
    names, used = dict(people.all()), inputs(session, entries)
    said = voices.of_entries(session, entries)
    return [
        Shown(
            entry,
            zones[entry.zone_id],
            names.get(entry.written_by_id, ""),
            photos.get(cast("int", entry.id), []),
            used.get(cast("int", entry.id)),
            said.get(cast("int", entry.id), ""),
        )
        for entry in entries
    ]
