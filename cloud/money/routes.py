"""Where SePay tells of transactions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ValidationError

from cloud.errors import Malformed
from cloud.money import feeds, intake
from cloud.money.errors import NotTheBank
from cloud.payments import sepay
from cloud.payments.models import Provider
from cloud.payments.sepay import Notice
from cloud.permissions import public
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter()


class Heard(BaseModel):
    """What SePay wants to hear; anything else is sent again."""

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
    found = feeds.find(session, feed)
    if found is None:
        raise NotTheBank
    secret = feeds.secret_of(feeds.open_vault(request.app.state.settings), found)
    if not sepay.speaks(found.scheme, secret, octets, request.headers, now):
        raise NotTheBank
    try:
        notice = Notice.model_validate_json(octets)
    except ValidationError:
        raise Malformed from None
    taken = intake.take(session, found.cooperative_id, Provider.SEPAY, [notice.told()], now)
    if taken.new:
        found.heard_at = now
    return Heard()
