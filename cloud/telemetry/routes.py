"""Devices for programs: how many of their rows are stored here, and when they were last heard."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.telemetry import service
from cloud.transaction import SessionDep

router = APIRouter()

Reader = Annotated[Principal, Depends(require(Permission.DEVICE_READ))]


class DeviceView(BaseModel):
    """A device as its cooperative sees it."""

    id: str
    simulated: bool
    rows: int
    heard_at: datetime | None


class DeviceList(BaseModel):
    """All devices of a cooperative."""

    items: list[DeviceView]


@router.get("/api/v1/devices")
def devices(session: SessionDep, principal: Reader) -> DeviceList:
    found = service.devices(session, principal)
    return DeviceList(
        items=[
            DeviceView(id=one.id, simulated=one.simulated, rows=one.rows, heard_at=one.heard_at)
            for one in found
        ]
    )
