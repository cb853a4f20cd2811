"""Alerts in a group of a Zalo official account; off where no account is set.

Zalo's documents of official accounts (developers.zalo.me): the header `access_token` opens each
call, the answer is `{error, message}` with 0 for good. An access token lives about a day; a
refresh token lives three months and works once, so the new one is on the disk before the access
token that came with it is used.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError

from cloud.alerts.calling import Post, post
from cloud.alerts.notifier import AwayError, Message, UndeliveredError
from cloud.clock import Clock

TOKENS: Final = "https://oauth.zaloapp.com/v4/oa/access_token"
GROUP: Final = "https://openapi.zalo.me/v3.0/oa/group/message"
MAX_TEXT: Final = 2000
_EARLY: Final = timedelta(minutes=10)
"""Before its end a token is not used any more: two clocks differ."""
_WORN: Final = frozenset({-216, -124})
"""Zalo does not know the access token."""
_OWNER_FOLDER: Final = 0o700


@dataclass(frozen=True)
class Account:
    """An official account's application, and the refresh token its owner was given first."""

    app_id: str
    secret: str
    first: str


class _Kept(BaseModel):
    """The tokens as they lie on the disk; `began` tells from which first one they come."""

    began: str
    refresh: str
    access: str = ""
    until: datetime | None = None


class _Fresh(BaseModel):
    """What a refresh token buys."""

    access_token: str
    refresh_token: str
    expires_in: int


class _Told(BaseModel):
    """Every other answer."""

    error: int


class ZaloGroup:
    """Writes into groups that belong to one official account."""

    def __init__(self, account: Account, file: Path, clock: Clock, ask: Post = post) -> None:
        self._account, self._file, self._clock, self._ask = account, file, clock, ask

    def send(self, address: str, message: Message) -> None:
        content = {
            "recipient": {"group_id": address},
            "message": {"text": message.text[:MAX_TEXT]},
        }
        head = {"Content-Type": "application/json", "access_token": self._token()}
        answer = self._ask(GROUP, json.dumps(content, ensure_ascii=False).encode(), head)
        try:
            told = _Told.model_validate_json(answer.octets)
        except ValidationError:
            raise AwayError(f"answer {answer.status}") from None
        if told.error in _WORN:
            self._keep(self._kept().model_copy(update={"access": "", "until": None}))
            raise AwayError(f"error {told.error}")
        if told.error:
            raise UndeliveredError(f"error {told.error}")

    def _token(self) -> str:
        kept = self._kept()
        if kept.until is not None and self._clock.now() < kept.until - _EARLY:
            return kept.access
        fields = {
            "app_id": self._account.app_id,
            "grant_type": "refresh_token",
            "refresh_token": kept.refresh,
        }
        kind = "application/x-www-form-urlencoded"
        head = {"Content-Type": kind, "secret_key": self._account.secret}
        answer = self._ask(TOKENS, urlencode(fields).encode(), head)
        try:
            fresh = _Fresh.model_validate_json(answer.octets)
        except ValidationError:
            raise AwayError("no token") from None
        until = self._clock.now() + timedelta(seconds=fresh.expires_in)
        told = {"refresh": fresh.refresh_token, "access": fresh.access_token, "until": until}
        self._keep(kept.model_copy(update=told))
        return fresh.access_token

    def _kept(self) -> _Kept:
        """Those of the disk, unless the operator has set another first one since."""
        began = hashlib.sha256(self._account.first.encode()).hexdigest()
        try:
            kept = _Kept.model_validate_json(self._file.read_bytes())
        except (FileNotFoundError, ValidationError):
            kept = None
        if kept is None or kept.began != began:
            return _Kept(began=began, refresh=self._account.first)
        return kept

    def _keep(self, kept: _Kept) -> None:
        """Whole, on the disk, and readable by the owner only."""
        folder = self._file.parent
        folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{self._file.name}.")
        with os.fdopen(descriptor, "w") as file:
            file.write(kept.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self._file)
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
