"""A zone's settings for programs."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, JsonValue

from cloud.cooperatives.models import Zone
from cloud.growing import service, words
from cloud.growing.forms import SettingsBody
from cloud.growing.rules import Progress
from cloud.growing.service import Overview, Past
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.scope import find
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of

router = APIRouter(prefix="/api/v1/zones/{zone_id}/settings")

Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Setter = Annotated[Principal, Depends(require(Permission.SETTINGS, proved=True))]


class WrongView(BaseModel):
    """A key that the device refused."""

    key: str
    code: str


class SettingsView(BaseModel):
    """What is wished, under its number, and what the device has made of it."""

    number: int
    at: datetime | None
    wished: dict[str, JsonValue]
    progress: Progress
    wrong: list[WrongView]
    sentences: list[str]
    in_force: dict[str, JsonValue] | None

    @classmethod
    def of(cls, language: str, shown: Overview) -> "SettingsView":
        return cls(
            number=shown.number,
            at=shown.at,
            wished=shown.wish.model_dump(mode="json"),
            progress=shown.progress,
            wrong=[WrongView(key=one.key, code=one.fault) for one in shown.wrong],
            sentences=words.wrong(language, shown.wrong),
            in_force=shown.in_force.model_dump(mode="json") if shown.in_force else None,
        )


class ChangeView(BaseModel):
    """One key before and after."""

    key: str
    before: JsonValue
    after: JsonValue


class PastView(BaseModel):
    """One state of the past, and what it changed."""

    number: int
    at: datetime
    by: str
    changes: list[ChangeView]

    @classmethod
    def of(cls, past: Past) -> "PastView":
        changes = [
            ChangeView(key=one.key, before=_plain(one.before), after=_plain(one.after))
            for one in past.changes
        ]
        return cls(number=past.number, at=past.at, by=past.by, changes=changes)


@router.get("")
def settings(
    request: Request, session: SessionDep, principal: Reader, zone_id: str
) -> SettingsView:
    zone = find(session, Zone, zone_id, principal)
    return SettingsView.of(language_of(request), service.overview(session, zone))


@router.put("")
def change(
    request: Request,
    session: SessionDep,
    principal: Setter,
    now: NowDep,
    zone_id: str,
    body: SettingsBody,
) -> SettingsView:
    zone = service.change(session, principal, zone_id, body.chosen(), body.based_on, now)
    return SettingsView.of(language_of(request), service.overview(session, zone))


@router.get("/history")
def history(session: SessionDep, principal: Reader, zone_id: str) -> list[PastView]:
    zone = find(session, Zone, zone_id, principal)
    return [PastView.of(past) for past in service.history(session, zone)]


def _plain(value: object) -> JsonValue:
    return value if isinstance(value, int | float | str) or value is None else str(value)
