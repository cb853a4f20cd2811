"""Where SePay tells of transactions."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from cloud.errors import Malformed
from cloud.money import feeds, intake
from cloud.money.errors import NotTheBank
from cloud.payments import payos, sepay
from cloud.payments.models import BankFeed, Provider
from cloud.payments.sepay import Notice
from cloud.payments.telling import Told
from cloud.permissions import public
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter()


class Heard(BaseModel):
    """What both want to hear; anything else is sent again."""

    success: bool = True


async def raw(request: Request) -> bytes:
    return await request.body()


@router.post(f"{feeds.PATH}/{{feed}}", dependencies=[Depends(public())])
def told(
    request: Request,
    session: SessionDep,
    now: NowDep,
    feed: str,
    octets: Annotated[bytes, Depends(raw)],
) -> Heard:
    """A transaction is written down before this is answered; told again it changes nothing.

    Raises:
        NotTheBank: there is no such feed, or whoever speaks does not know its secret.
        Malformed: it is nothing that SePay tells.
    """
    found, secret = _feed(request, session, feed, Provider.SEPAY)
    if not sepay.speaks(found.scheme, secret, octets, request.headers, now):
        raise NotTheBank
    try:
        notice = Notice.model_validate_json(octets)
    except ValidationError:
        raise Malformed from None
    return _taken(session, found, notice.told(), now)


@router.post(f"{feeds.PAYOS}/{{feed}}", dependencies=[Depends(public())])
def told_by_payos(
    request: Request,
    session: SessionDep,
    now: NowDep,
    feed: str,
    octets: Annotated[bytes, Depends(raw)],
) -> Heard:
    """The same from payOS.

    Raises:
        NotTheBank: there is no such feed, or whoever speaks does not know its key.
        Malformed: it is nothing that payOS tells.
    """
    found, secret = _feed(request, session, feed, Provider.PAYOS)
    if not payos.speaks(secret, octets):
        raise NotTheBank
    try:
        notice = payos.Notice.model_validate_json(octets)
    except ValidationError:
        raise Malformed from None
    return _taken(session, found, notice.told(), now)


def _feed(
    request: Request, session: Session, public_id: str, provider: Provider
) -> tuple[BankFeed, str]:
    """The feed of this service under this address, and its secret."""
    found = feeds.find(session, public_id)
    if found is None or found.scheme.provider is not provider:
        raise NotTheBank
    return found, feeds.secret_of(feeds.open_vault(request.app.state.settings), found)


def _taken(session: Session, feed: BankFeed, told: Told, now: datetime) -> Heard:
    taken = intake.take(session, feed.cooperative_id, feed.scheme.provider, [told], now)
    if taken.new:
        feed.heard_at = now
    return Heard()
