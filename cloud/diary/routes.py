"""The diary for programs, and for entries that waited on a telephone."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from sqlmodel import Session

from cloud.accounts import practising
from cloud.diary import service
from cloud.diary.forms import EntryForm
from cloud.diary.models import Work
from cloud.diary.photos import album
from cloud.diary.rules import Used
from cloud.diary.service import Shown
from cloud.permissions import Permission, require, require_early
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter(prefix="/api/v1/diary")
Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Writer = Annotated[Principal, Depends(require_early(Permission.DIARY_WRITE))]


class EntryOut(BaseModel):
    """An entry as programs read it."""

    id: str
    key: str
    zone: str
    work: Work
    day: date
    note: str
    by: str
    created_at: datetime
    corrected: bool
    struck: bool
    photos: list[str]
    voice: str | None
    product: str
    registration: str
    dose: str
    harvest_from: date | None


class EntryList(BaseModel):
    """What counts now, the newest day first."""

    items: list[EntryOut]


@router.post("", status_code=HTTPStatus.CREATED)
def write(
    request: Request,
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[EntryForm, Form()],
) -> EntryOut:
    """Sent again under the same key, it is there once and answered the same.

    It may have waited on the telephone, and its browser may be practising meanwhile.
    """
    photos = album(request, principal, form.octets(), now, form.said_aloud())
    writer = practising.noting(session, principal, form.zone)
    entry = service.write(session, writer, form.zone, form.said(), photos, now)
    return _one(session, writer, entry.public_id)


@router.get("")
def listing(session: SessionDep, principal: Reader) -> EntryList:
    return EntryList(items=[_out(shown) for shown in service.listing(session, principal)])


def _one(session: Session, principal: Principal, public_id: str) -> EntryOut:
    return _out(service.history(session, principal, public_id)[0])


def _out(shown: Shown) -> EntryOut:
    entry, used = shown.entry, shown.used or Used("")
    return EntryOut(
        id=entry.public_id,
        key=entry.key,
        zone=shown.zone.public_id,
        work=entry.work,
        day=entry.day,
        note=entry.note,
        by=shown.by,
        created_at=entry.created_at,
        corrected=shown.corrected,
        struck=entry.struck,
        photos=list(shown.photos),
        voice=shown.voice or None,
        product=used.product,
        registration=used.registration,
        dose=used.dose,
        harvest_from=shown.harvest_from,
    )
