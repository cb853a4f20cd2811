"""Looks at a house, keeps what is the matter with it, and hands it to its people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar, cast

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from cloud import scope
from cloud.accounts.models import Account
from cloud.alerts import gather, scenes, signs
from cloud.alerts.kinds import Place
from cloud.alerts.models import Alert
from cloud.alerts.rules import Change, Effect, Standing, step
from cloud.alerts.signs import Look
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Greenhouse, Zone
from cloud.db import UtcDateTime
from cloud.devices.models import Device
from cloud.principal import Principal
from cloud.telemetry.models import EpochState

M = TypeVar("M", Account, Greenhouse, Zone)

RETOUCHED: Final = timedelta(minutes=5)
"""How old the moment of the last sight may become: nobody reads it closer than that."""
KEPT: Final = timedelta(days=400)
"""A season and the same one of the year before."""
SHOWN: Final = 50
"""Of those that are over; more is for the record, not for a telephone."""


@dataclass(frozen=True)
class Known:
    """An alert with the names that a person reads; the zone's are empty for a whole house."""

    alert: Alert
    house: str
    house_id: str
    zone: str = ""
    zone_id: str = ""
    by: str = ""
    """Who acknowledged it; empty where nobody did, or their account is no more."""
    simulated: bool = False
    """Whether the house is for practice: no real water runs there."""


Mark = tuple[str, datetime | None]
"""What is newest in a house: its box, and when rows of it were last stored."""


def watched(session: Session) -> dict[int, Mark]:
    """The houses to look at: with a device, or with something that is not over."""
    stored = func.max(EpochState.changed_at, type_=UtcDateTime())
    served = session.exec(
        select(Device.greenhouse_id, Device.id, stored)
        .outerjoin(EpochState, col(EpochState.device_id) == col(Device.id))
        .where(col(Device.struck_off_at).is_(None))
        .group_by(col(Device.greenhouse_id), col(Device.id))
        .order_by(col(Device.id))
    )
    worried = select(Alert.greenhouse_id).where(col(Alert.resolved_at).is_(None))
    marks: dict[int, Mark] = dict.fromkeys(session.exec(worried), ("", None))
    return marks | {house: (device, at) for house, device, at in served}


def looks(session: Session, greenhouse_ids: Sequence[int], now: datetime) -> dict[int, Look]:
    """What is to be seen in some houses, in as many queries as for one.

    One whose device is gone or never spoke has no trouble that anybody could see to.
    """
    found = scenes.of(session, greenhouse_ids, now)
    return {
        house: signs.look(gather.facts(found[house]), now) if house in found else Look({})
        for house in greenhouse_ids
    }


def with_news(session: Session, looks: Mapping[int, Look], now: datetime) -> list[int]:
    """The houses of which a look changes anything that is stored."""
    unwell: dict[int, list[Alert]] = {house: [] for house in looks}
    for row in session.exec(select(Alert).where(_not_over(list(looks)))):
        unwell[row.greenhouse_id].append(row)
    return [house for house, look in looks.items() if _is_news(unwell[house], look, now)]


def examine(
    session: Session, greenhouse_id: int, look: Look, now: datetime
) -> list[tuple[Change, Alert]]:
    """Keep what a look changes; the changes that are worth telling.

    The look is a moment old; what people did since is read anew.
    """
    house = session.get_one(Greenhouse, greenhouse_id)
    rows = {_place(row): row for row in _open(session, greenhouse_id)}
    before = _standing(rows.values())
    after = step(before, look, now)
    for place, standing in after.standing.items():
        if place not in rows:
            rows[place] = _row(house, standing)
        _write(rows[place], standing)
    changed = [(effect.change, _told(rows, effect, now)) for effect in after.effects]
    session.add_all(rows.values())
    session.flush()
    return changed


def unwell(session: Session, greenhouse_id: int) -> Sequence[Alert]:
    """What is the matter with a house at this moment, the most pressing first, then the oldest."""
    own = select(Alert).where(
        Alert.greenhouse_id == greenhouse_id,
        col(Alert.resolved_at).is_(None),
        col(Alert.well_at).is_(None),
    )
    rows = session.exec(own).all()
    return sorted(rows, key=lambda row: (-row.severity.rank, row.since))


def open_of(session: Session, principal: Principal) -> list[Known]:
    """What the reader's houses have to see to, the most pressing first, then the oldest."""
    own = scope.scoped(select(Alert), principal).where(col(Alert.resolved_at).is_(None))
    rows = session.exec(own).all()
    return known(session, sorted(rows, key=lambda row: (-row.severity.rank, row.since)))


def over_of(session: Session, principal: Principal) -> list[Known]:
    """What is over, the newest first."""
    own = scope.scoped(select(Alert), principal).where(col(Alert.resolved_at).is_not(None))
    newest_first = own.order_by(col(Alert.resolved_at).desc()).limit(SHOWN)
    return known(session, session.exec(newest_first).all())


def of_house(
    session: Session, principal: Principal, greenhouse_id: int, after: datetime
) -> list[Known]:
    """What began in a house since then, the newest first."""
    own = scope.scoped(select(Alert), principal).where(
        Alert.greenhouse_id == greenhouse_id, col(Alert.since) > after
    )
    return known(session, session.exec(own.order_by(col(Alert.since).desc())).all())


def unheeded(session: Session, principal: Principal) -> int:
    """How many of the reader's open alerts nobody has said to know of."""
    own = scope.scoped(select(Alert), principal).where(
        col(Alert.resolved_at).is_(None), col(Alert.acknowledged_at).is_(None)
    )
    return session.exec(select(func.count()).select_from(own.subquery())).one()


def find(session: Session, principal: Principal, public_id: str) -> Known:
    return known(session, [scope.find(session, Alert, public_id, principal)])[0]


def acknowledge(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """Somebody knows of it; whoever was first stays it, and what is over needs nobody.

    Raises:
        NotFound: it is another cooperative's, or there is none.
    """
    alert = scope.find(session, Alert, public_id, principal)
    if alert.acknowledged_at is not None or alert.resolved_at is not None:
        return
    alert.acknowledged_at, alert.acknowledged_by_id = now, principal.person_id
    session.add(alert)
    deed = Deed(AuditAction.ALERT_ACKNOWLEDGED, f"alert:{public_id}", {"kind": alert.kind.value})
    audit.note(session, principal, deed, now)


def known(session: Session, rows: Sequence[Alert]) -> list[Known]:
    """Alerts with the names around them."""
    houses = _by_id(session, Greenhouse, [row.greenhouse_id for row in rows])
    zones = _by_id(session, Zone, [row.zone_id for row in rows])
    people = _by_id(session, Account, [row.acknowledged_by_id for row in rows])
    practice = _practice(session, {row.greenhouse_id for row in rows})
    return [
        Known(
            row,
            houses[row.greenhouse_id].name,
            houses[row.greenhouse_id].public_id,
            zones[row.zone_id].name if row.zone_id else "",
            zones[row.zone_id].public_id if row.zone_id else "",
            people[row.acknowledged_by_id].name if row.acknowledged_by_id else "",
            row.greenhouse_id in practice,
        )
        for row in rows
    ]


def _practice(session: Session, greenhouse_ids: set[int]) -> set[int]:
    """Those of the greenhouses whose serving device is a simulator."""
    serving_ = select(Device.greenhouse_id).where(
        col(Device.greenhouse_id).in_(greenhouse_ids),
        col(Device.struck_off_at).is_(None),
        col(Device.simulated).is_(True),
    )
    return set(session.exec(serving_))


def sweep(session: Session, now: datetime) -> None:
    """A chore of each night: forget what has long been over."""
    session.exec(delete(Alert).where(col(Alert.resolved_at) <= now - KEPT))


def _open(session: Session, greenhouse_id: int) -> Sequence[Alert]:
    own = select(Alert).where(_not_over([greenhouse_id])).order_by(col(Alert.id))
    return session.exec(own.with_for_update()).all()


def _not_over(greenhouse_ids: Sequence[int]) -> ColumnElement[bool]:
    return col(Alert.greenhouse_id).in_(greenhouse_ids) & col(Alert.resolved_at).is_(None)


def _is_news(rows: Iterable[Alert], look: Look, now: datetime) -> bool:
    before = _standing(rows)
    after = step(before, look, now)
    return bool(after.effects) or any(
        _is_worth_writing(before[place], standing) for place, standing in after.standing.items()
    )


def _standing(rows: Iterable[Alert]) -> Mapping[Place, Standing]:
    return {
        _place(row): Standing(
            _place(row),
            row.severity,
            row.since,
            row.opened_at,
            row.seen_at,
            row.well_at,
            row.acknowledged_at,
            row.detail,
        )
        for row in rows
    }


def _by_id(session: Session, model: type[M], ids: Iterable[int | None]) -> Mapping[int | None, M]:
    """Rows that the caller may see by the alerts that name them."""
    wanted = {one for one in ids if one is not None}
    found = session.exec(select(model).where(col(model.id).in_(wanted))) if wanted else ()
    return {row.id: row for row in found}


def _place(row: Alert) -> Place:
    return Place(row.kind, row.zone_id)


def _is_worth_writing(before: Standing, after: Standing) -> bool:
    return (before.well, before.detail) != (after.well, after.detail) or (
        after.seen - before.seen >= RETOUCHED
    )


def _row(house: Greenhouse, standing: Standing) -> Alert:
    return Alert(
        cooperative_id=house.cooperative_id,
        greenhouse_id=cast("int", house.id),
        zone_id=standing.place.zone,
        kind=standing.place.kind,
        severity=standing.severity,
        detail={},
        since=standing.since,
        opened_at=standing.opened,
        seen_at=standing.seen,
    )


def _write(row: Alert, standing: Standing) -> None:
    row.severity, row.detail = standing.severity, dict(standing.detail)
    row.seen_at, row.well_at = standing.seen, standing.well
    row.acknowledged_at = standing.acknowledged
    if standing.acknowledged is None:
        row.acknowledged_by_id = None


def _told(rows: Mapping[Place, Alert], effect: Effect, now: datetime) -> Alert:
    row = rows[effect.standing.place]
    if effect.change is Change.RESOLVED:
        row.well_at, row.resolved_at = effect.standing.well, now
    return row
