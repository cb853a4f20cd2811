"""Where Zalo hands us what people write to our bot."""

import hmac
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, ValidationError

from cloud.alerts import contacts, hook
from cloud.door import FROM_SERVICES
from cloud.errors import Malformed, NotFound
from cloud.permissions import public
from cloud.settings import Settings
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter()


class _Chat(BaseModel):
    """Where it was written."""

    id: str = Field(min_length=1, max_length=128)
    chat_type: str


class _Written(BaseModel):
    """What was written."""

    chat: _Chat
    text: str = Field(max_length=4000)


class _Result(BaseModel):
    """One thing that happened in a chat."""

    event_name: Literal["message.text.received"]
    message: _Written


class _Update(BaseModel):
    """What Zalo hands over, as far as it counts here; it may add what it likes."""

    ok: Literal[True] = True
    result: _Result


async def raw(request: Request) -> bytes:
    return await request.body()


def shown(request: Request) -> None:
    """Whoever does not show the secret finds nothing here.

    Raises:
        NotFound: this is not Zalo, or there is no bot.
    """
    settings: Settings = request.app.state.settings
    told = request.headers.get(FROM_SERVICES[hook.PATH][0], "")
    if not settings.has_bot or not hmac.compare_digest(
        told.encode(), hook.secret(settings).encode()
    ):
        raise NotFound


@router.post(hook.PATH, dependencies=[Depends(public()), Depends(shown)])
def written(session: SessionDep, now: NowDep, octets: Annotated[bytes, Depends(raw)]) -> bool:
    """Whether that was somebody's code; any other message is nobody's business.

    Raises:
        Malformed: it is nothing that Zalo hands over.
    """
    try:
        update = _Update.model_validate_json(octets)
    except ValidationError as wrong:
        kinds = {error["loc"][-1:] for error in wrong.errors()}
        if kinds == {("event_name",)}:
            return False  # a picture, a sticker
        raise Malformed from None
    message = update.result.message
    if message.chat.chat_type != "PRIVATE" or "\0" in message.chat.id + message.text:
        return False
    return contacts.arrived(session, message.chat.id, message.text, now)
