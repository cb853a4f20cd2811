"""Greenhouses for programs: the same status and commands as the pages, and the open stream."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from cloud.accounts.practising import stopping
from cloud.bodies import Body
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from cloud.devices.rules import Amount
from cloud.greenhouses import service
from cloud.greenhouses.live import Streams, stamped
from cloud.greenhouses.rules import MOISTURE_WORDS, ZoneCard
from cloud.greenhouses.service import GreenhouseStatus
from cloud.greenhouses.stream import source_of
from cloud.onlooking import Onlook
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of
from cloud.words import say
from wire.codes import Op

router = APIRouter()

Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Waterer = Annotated[Principal, Depends(require(Permission.WATER))]
Stopper = Annotated[Principal, Depends(require(Permission.STOP))]
Key = Annotated[str, Field(min_length=8, max_length=64)]


class WaterBody(Body):
    """An amount of water, in litres or in minutes; the key makes a repetition harmless."""

    model_config = ConfigDict(strict=True)

    key: Key
    litres: float | None = Field(default=None, gt=0)
    minutes: float | None = Field(default=None, gt=0, le=60)

    @model_validator(mode="after")
    def _one_amount(self) -> "WaterBody":
        if (self.litres is None) is (self.minutes is None):
            raise ValueError("give litres or minutes")
        return self

    def amount(self) -> Amount:
        seconds = None if self.minutes is None else self.minutes * 60.0
        return Amount(litres=self.litres, seconds=seconds)


class KeyBody(Body):
    """A command without an amount."""

    key: Key


class PauseBody(Body):
    """For how long automation rests."""

    model_config = ConfigDict(strict=True)

    key: Key
    minutes: int = Field(ge=1, le=7 * 24 * 60)


class CommandView(BaseModel):
    """How far a command has come."""

    id: str
    op: Op
    state: CommandState
    reason: str | None
    litres: float | None
    issued_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, command: Command) -> "CommandView":
        return cls(
            id=command.public_id,
            op=command.op,
            state=command.state,
            reason=command.reason,
            litres=command.litres_given,
            issued_at=command.issued_at,
            changed_at=command.changed_at,
        )


class PlaceView(BaseModel):
    """A greenhouse by name."""

    id: str
    name: str


class ZoneView(BaseModel):
    """A zone as the page shows it; `fill` is a fraction of the full point."""

    id: str
    name: str
    crop: str
    moisture: str
    word: str
    fill: float | None
    measured_at: datetime | None
    flowing: bool
    sentence: str
    litres_today: float

    @classmethod
    def of(cls, language: str, card: ZoneCard) -> "ZoneView":
        return cls(
            id=card.public_id,
            name=card.name,
            crop=card.crop,
            moisture=card.moisture,
            word=say(language, MOISTURE_WORDS[card.moisture]),
            fill=card.fill.value if card.fill else None,
            measured_at=card.fill.at if card.fill else None,
            flowing=card.flowing,
            sentence=say(language, card.line),
            litres_today=card.litres_today,
        )


class StatusView(BaseModel):
    """The derived status of a greenhouse."""

    id: str
    name: str
    simulated: bool
    level: str
    headline: str
    advice: str
    flowing: bool
    held: bool
    paused: bool
    water: str
    stop: str | None
    command: str | None
    litres_today: float
    litres_yesterday: float
    heard_at: datetime | None
    zones: list[ZoneView]

    @classmethod
    def of(cls, language: str, shown: GreenhouseStatus) -> "StatusView":
        status = shown.status
        return cls(
            id=shown.id,
            name=shown.name,
            simulated=shown.simulated,
            level=status.level,
            headline=say(language, status.headline),
            advice=say(language, status.advice),
            flowing=status.flowing,
            held=status.held,
            paused=status.paused,
            water=say(language, status.water),
            stop=say(language, status.stop) if status.stop else None,
            command=say(language, status.command) if status.command else None,
            litres_today=status.litres_today,
            litres_yesterday=status.litres_yesterday,
            heard_at=status.heard,
            zones=[ZoneView.of(language, card) for card in status.zones],
        )


@router.get("/api/v1/greenhouses")
def greenhouses(session: SessionDep, principal: Reader) -> list[PlaceView]:
    found = service.all_of(session, principal)
    return [PlaceView(id=one.public_id, name=one.name) for one in found]


@router.get("/api/v1/greenhouses/{greenhouse_id}/status")
def status(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, greenhouse_id: str
) -> StatusView:
    house = service.find(session, principal, greenhouse_id)
    shown = service.status(session, principal, house, now)
    return StatusView.of(language_of(request), shown)


@router.post("/api/v1/zones/{zone_id}/water")
def water(
    session: SessionDep, principal: Waterer, now: NowDep, zone_id: str, body: WaterBody
) -> CommandView:
    asked = devices.request_water(session, principal, zone_id, body.amount(), now, body.key)
    return CommandView.of(asked)


@router.post("/api/v1/greenhouses/{greenhouse_id}/stop")
def stop(
    session: SessionDep, principal: Stopper, now: NowDep, greenhouse_id: str, body: KeyBody
) -> CommandView:
    stopper = stopping(session, principal, greenhouse_id, now)
    return CommandView.of(devices.request_stop(session, stopper, greenhouse_id, now, body.key))


@router.post("/api/v1/greenhouses/{greenhouse_id}/resume")
def resume(
    session: SessionDep, principal: Waterer, now: NowDep, greenhouse_id: str, body: KeyBody
) -> CommandView:
    return CommandView.of(devices.request_resume(session, principal, greenhouse_id, now, body.key))


@router.post("/api/v1/greenhouses/{greenhouse_id}/pause")
def pause(
    session: SessionDep, principal: Waterer, now: NowDep, greenhouse_id: str, body: PauseBody
) -> CommandView:
    lasts = timedelta(minutes=body.minutes)
    asked = devices.request_pause(session, principal, greenhouse_id, lasts, now, body.key)
    return CommandView.of(asked)


@router.post("/api/v1/greenhouses/{greenhouse_id}/identify")
def identify(
    session: SessionDep, principal: Waterer, now: NowDep, greenhouse_id: str, body: KeyBody
) -> CommandView:
    asked = devices.request_identify(session, principal, greenhouse_id, now, body.key)
    return CommandView.of(asked)


@router.post("/api/v1/zones/{zone_id}/clear-fault")
def clear_fault(
    session: SessionDep, principal: Waterer, now: NowDep, zone_id: str, body: KeyBody
) -> CommandView:
    asked = devices.request_clear_fault(session, principal, zone_id, now, body.key)
    return CommandView.of(asked)


@router.get("/api/v1/commands/{command_id}")
def command(session: SessionDep, principal: Reader, command_id: str) -> CommandView:
    return CommandView.of(devices.command(session, principal, command_id))


@router.get("/vuon/{greenhouse_id}/live")
def live(request: Request, session: SessionDep, principal: Reader, greenhouse_id: str) -> Onlook:
    house = service.find(session, principal, greenhouse_id)
    source = source_of(request, principal, house)
    streams: Streams = request.app.state.streams
    return Onlook(streams.watch(source.key, source), "text/event-stream")


@router.get("/vuon/{greenhouse_id}/trang-thai")
def snapshot(
    request: Request, session: SessionDep, principal: Reader, greenhouse_id: str
) -> Response:
    """What the stream would send first, for browsers and networks that keep no stream open."""
    house = service.find(session, principal, greenhouse_id)
    source = source_of(request, principal, house)
    state = source.state()
    tag = f'"{hashlib.sha256(state.encode()).hexdigest()[:16]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    body = stamped(state, source.clock)
    return Response(body, media_type="application/json", headers={"ETag": tag})
