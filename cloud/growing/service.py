"""Settings of zones as people wish them, and the documents that devices get of them.

A zone's wishes outlive the device that obeys them: a new one gets them under its own keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from pydantic import JsonValue
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from cloud import scope
from cloud.accounts.models import Account
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction, Detail
from cloud.audit.service import Deed
from cloud.cooperatives.models import Zone
from cloud.devices import service as devices
from cloud.devices.models import Device, ZoneBinding
from cloud.devices.rules import LOST_AFTER
from cloud.errors import Conflict
from cloud.growing import rules
from cloud.growing.models import DesiredSettings, ReportedSettings, ZoneWish
from cloud.growing.rules import Progress, Said, Sent, Strategy
from cloud.i18n import _
from cloud.principal import Principal
from cloud.weather import service as weather
from wire.codes import Crop, SettingFault
from wire.messages import DesiredDoc, ZoneSettings
from wire.settings import Wrong, digest, judge

_ENOUGH_PROBES = 99
"""Of a zone whose device was never heard: it will judge for itself."""
_SHOWN = 30
"""States of a zone that its history tells of: some seasons."""
_NEWEST_SENT: Final = (
    select(DesiredSettings)
    .where(col(DesiredSettings.device_id) == bindparam("device"))
    .order_by(col(DesiredSettings.version).desc())
    .limit(1)
)


class ChangedMeanwhile(Conflict):
    """Somebody else has saved since this form was opened."""

    code = "changed_meanwhile"
    sentence = _("Người khác vừa đổi cài đặt khu này. Mở lại để xem.")


class BadSettings(Conflict):
    """Keys that do not go together, or that the device cannot do."""

    code = "bad_settings"
    sentence = _("Có mục chưa đúng nên chưa lưu gì cả: %(keys)s.")

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(keys=", ".join(one.key.rpartition(".")[2] for one in wrong))
        self.wrong = wrong


@dataclass(frozen=True)
class Author:
    """Who wishes; nobody where a device's arrival is the reason."""

    account_id: int | None = None
    on_behalf_of_id: int | None = None


@dataclass(frozen=True)
class Chosen:
    """What a person fills in."""

    crop: Crop | None
    planted_on: date
    plants: int
    strategy: Strategy
    refill: float
    target: float
    window_from: int
    window_to: int


@dataclass(frozen=True)
class Overview:
    """A zone's newest wish and what the device has made of it."""

    number: int
    wish: ZoneSettings
    at: datetime | None
    progress: Progress
    wrong: Sequence[Wrong]
    in_force: ZoneSettings | None


@dataclass(frozen=True)
class Past:
    """One state of a zone's settings and what it changed."""

    number: int
    at: datetime
    by: str
    changes: Sequence[rules.Change]


def overview(session: Session, zone: Zone) -> Overview:
    newest = _newest(session, cast("int", zone.id))
    wish = _wish(newest) if newest else _first(zone)
    number, at = (newest.number, newest.at) if newest else (0, None)
    binding = devices.binding_of(session, cast("int", zone.id))
    if binding is None:
        return Overview(number, wish, at, Progress.NO_DEVICE, (), None)
    reported = session.get(ReportedSettings, binding.device_id)
    ruling = in_force(session, binding.device_id).get(binding.zone_key)
    sent = newest_sent(session, binding.device_id)
    how_far = Progress.SENDING
    if ruling == wish:
        how_far = Progress.APPLIED
    elif sent is not None:
        how_far = rules.progress(Sent(sent.version, sent.digest), said(reported))
    refused = reported is not None and how_far is Progress.REFUSED
    wrong = wrong_of(reported, binding.zone_key) if refused and reported is not None else []
    return Overview(number, wish, at, how_far, wrong, ruling)


def is_away(session: Session, zone: Zone, now: datetime) -> bool:
    """Whether the zone's device is not there to be told."""
    binding = devices.binding_of(session, cast("int", zone.id))
    connection = devices.current_session(session, binding.device_id) if binding else None
    return (
        connection is None
        or connection.ended_at is not None
        or (now - connection.heard_at > LOST_AFTER)
    )


def history(session: Session, zone: Zone) -> list[Past]:
    """Who changed what, the newest first."""
    newest = select(ZoneWish).where(ZoneWish.zone_id == zone.id)
    rows = session.exec(newest.order_by(col(ZoneWish.number).desc()).limit(_SHOWN + 1)).all()
    names = _names(session, rows)
    befores: list[ZoneWish | None] = [*rows[1:], None]
    return [
        Past(row.number, row.at, names.get(row.account_id, ""), _since(before, row))
        for row, before in list(zip(rows, befores, strict=False))[:_SHOWN]
    ]


def in_force(session: Session, device_id: str) -> dict[str, ZoneSettings]:
    """What rules at a device by its own word, by its zone keys; empty: its hardware file does."""
    reported = session.get(ReportedSettings, device_id)
    if reported is None or reported.applied_version is None:
        return {}
    row = session.exec(
        select(DesiredSettings).where(
            DesiredSettings.device_id == device_id,
            DesiredSettings.version == reported.applied_version,
        )
    ).one_or_none()
    return {} if row is None else DesiredDoc.model_validate(row.doc, strict=False).zones


def change(
    session: Session,
    principal: Principal,
    zone_public_id: str,
    chosen: Chosen,
    based_on: int,
    now: datetime,
) -> Zone:
    """Wish something else for a zone; the form sent twice is one wish.

    Raises:
        BadSettings: names each key that is wrong; nothing is kept.
        ChangedMeanwhile: somebody else was quicker.
    """
    zone = scope.find(session, Zone, zone_public_id, principal)
    newest = _newest(session, cast("int", zone.id))
    before = _wish(newest) if newest else _first(zone)
    wish = _chosen(zone, chosen)
    if newest is not None and wish == before:
        return zone
    if based_on != (newest.number if newest else 0):
        raise ChangedMeanwhile
    _refuse_wrong(session, zone, wish)
    zone.plants, zone.planted_on = chosen.plants, chosen.planted_on
    author = author_of(principal)
    _keep(session, zone, newest, wish, author, now)
    _send_to_device_of(session, zone, now)
    changed = rules.changes(before, wish)
    deed = Deed(AuditAction.SETTINGS_CHANGED, f"zone:{zone.public_id}", _detail(changed))
    audit.note(session, principal, deed, now)
    return zone


def follow(session: Session, principal: Principal, zone: Zone, now: datetime) -> None:
    """Another name, crop or number of plants: what the zone's device knows of it follows."""
    _refresh(session, zone, author_of(principal), now)
    _send_to_device_of(session, zone, now)


def welcome(session: Session, device: Device, author: Author, now: datetime) -> None:
    """A device that has just been bound gets what is wished for the zones it serves."""
    for binding in _bindings(session, device.id):
        _refresh(session, session.get_one(Zone, binding.zone_id), author, now)
    compose(session, device.id, now)


def compose(session: Session, device_id: str, now: datetime) -> None:
    """Put the newest wishes of a device's zones together, under the next version if it is news.

    With what the weather will be, where somebody foretells it. Whoever else composes for the
    device waits, for two would give out one number.
    """
    session.get_one(Device, device_id, with_for_update=True)
    zones: dict[str, JsonValue] = {}
    for binding in _bindings(session, device_id):
        newest = _newest(session, binding.zone_id)
        if newest is not None:
            zones[binding.zone_key] = newest.doc
    doc: dict[str, JsonValue] = {"zones": zones}
    expected = weather.newest(session, now)
    if expected is not None:
        doc["forecast"] = {on.isoformat(): share for on, share in expected.shares.items()}
    sent = newest_sent(session, device_id)
    if sent is None or sent.digest != digest(doc):
        say(session, device_id, doc, sent.version + 1 if sent else 1, now)


def say(
    session: Session, device_id: str, doc: dict[str, JsonValue], version: int, now: datetime
) -> None:
    """Let a document go out under a version."""
    session.add(
        DesiredSettings(device_id=device_id, version=version, doc=doc, digest=digest(doc), at=now)
    )
    session.flush()


def newest_sent(session: Session, device_id: str) -> DesiredSettings | None:
    return session.exec(_NEWEST_SENT, params={"device": device_id}).first()


def said(reported: ReportedSettings | None) -> Said:
    if reported is None:
        return Said()
    return Said(
        reported.stored,
        reported.taken_version,
        reported.applied_version,
        reported.refused_version,
    )


def wrong_of(reported: ReportedSettings, zone_key: str) -> list[Wrong]:
    """The refused keys of one zone; those of others where it has none."""
    every = [Wrong(key, SettingFault(code)) for key, code in reported.refused]
    here = f"zones.{zone_key}"
    own = [one for one in every if one.key == here or one.key.startswith(f"{here}.")]
    return own or every


def author_of(principal: Principal) -> Author:
    helped = principal.account_id if principal.helper else None
    return Author(principal.person_id, helped)


def _newest(session: Session, zone_id: int) -> ZoneWish | None:
    own = select(ZoneWish).where(ZoneWish.zone_id == zone_id)
    return session.exec(own.order_by(col(ZoneWish.number).desc()).limit(1)).first()


def _since(before: ZoneWish | None, row: ZoneWish) -> list[rules.Change]:
    return [] if before is None else rules.changes(_wish(before), _wish(row))


def _wish(row: ZoneWish) -> ZoneSettings:
    return ZoneSettings.model_validate(row.doc, strict=False)


def _first(zone: Zone) -> ZoneSettings:
    """What a zone is watered by before anybody wished anything."""
    return _with_zone(
        zone, ZoneSettings(strategy=Strategy.ADAPTIVE.value), rules.crop_of(zone.crop)
    )


def _with_zone(zone: Zone, wish: ZoneSettings, crop: Crop | None) -> ZoneSettings:
    facts = {
        "name": zone.name,
        "crop": crop,
        "planted": zone.planted_on,
        "plants": min(max(zone.plants, 1), rules.MOST_PLANTS),
    }
    return wish.model_copy(update=facts)


def _chosen(zone: Zone, chosen: Chosen) -> ZoneSettings:
    return ZoneSettings(
        name=zone.name,
        strategy=chosen.strategy.value,
        crop=chosen.crop,
        planted=chosen.planted_on,
        plants=chosen.plants,
        refill=chosen.refill,
        target=chosen.target,
        window_from=chosen.window_from,
        window_to=chosen.window_to,
    )


def _refuse_wrong(session: Session, zone: Zone, wish: ZoneSettings) -> None:
    """What the device would refuse is refused here, in the words of the form."""
    binding = devices.binding_of(session, cast("int", zone.id))
    info = devices.zone_info(session, binding) if binding else None
    probes = _ENOUGH_PROBES if info is None else len(info.sensors)
    judged = judge({"zones": {"z": _doc(wish)}}, {"z": probes})
    if not isinstance(judged, DesiredDoc):
        raise BadSettings(judged)


def _refresh(session: Session, zone: Zone, author: Author, now: datetime) -> None:
    newest = _newest(session, cast("int", zone.id))
    if newest is None:
        _keep(session, zone, None, _first(zone), author, now)
        return
    before = _wish(newest)
    crop = before.crop if rules.crop_of(zone.crop) is None else rules.crop_of(zone.crop)
    wish = _with_zone(zone, before, crop)
    if wish != before:
        _keep(session, zone, newest, wish, author, now)


def _keep(
    session: Session,
    zone: Zone,
    before: ZoneWish | None,
    wish: ZoneSettings,
    author: Author,
    now: datetime,
) -> None:
    session.add(
        ZoneWish(
            cooperative_id=zone.cooperative_id,
            zone_id=cast("int", zone.id),
            number=before.number + 1 if before else 1,
            doc=_doc(wish),
            account_id=author.account_id,
            on_behalf_of_id=author.on_behalf_of_id,
            at=now,
        )
    )
    session.flush()


def _doc(wish: ZoneSettings) -> dict[str, JsonValue]:
    return wish.model_dump(mode="json", exclude_none=True)


def _send_to_device_of(session: Session, zone: Zone, now: datetime) -> None:
    binding = devices.binding_of(session, cast("int", zone.id))
    if binding is not None:
        compose(session, binding.device_id, now)


def _bindings(session: Session, device_id: str) -> Sequence[ZoneBinding]:
    serving = select(ZoneBinding).where(
        ZoneBinding.device_id == device_id, col(ZoneBinding.bound_to).is_(None)
    )
    return session.exec(serving.order_by(col(ZoneBinding.zone_key))).all()


def _names(session: Session, rows: Sequence[ZoneWish]) -> dict[int | None, str]:
    ids = {row.account_id for row in rows if row.account_id is not None}
    found = session.exec(select(Account.id, Account.name).where(col(Account.id).in_(ids)))
    return dict(found.all())


def _detail(changed: Sequence[rules.Change]) -> Detail:
    """As text, for the record keeps no fractions."""
    return {one.key: f"{_text(one.before)} → {_text(one.after)}" for one in changed}


def _text(value: object) -> str:
    return "–" if value is None else str(value)
