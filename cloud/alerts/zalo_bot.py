"""Alerts by a bot of Zalo's; off where no token is set.

Zalo's documents of its bots (bot.zaloplatforms.com/docs): each function is a POST of JSON to
`/bot<token>/<function>`; the answer is `{ok, result, error_code, description}`, and a status of
200 may carry `ok: false`. How often one may send is not told: what is refused is tried again.
"""

import json
from typing import Final

from pydantic import BaseModel, ValidationError

from cloud.alerts.calling import Post, post
from cloud.alerts.notifier import AwayError, Message, UndeliveredError

BASE: Final = "https://bot-api.zaloplatforms.com"
MAX_TEXT: Final = 2000
"""Characters of one message."""
_FINAL: Final = frozenset({400, 403, 404})
"""No such chat, or its owner wants no bot; a wrong token (401) is for the operator to mend."""
_BUSY: Final = frozenset({401, 429})


class _Result(BaseModel):
    """What a function returns, as far as anybody here asks."""

    account_name: str = ""
    url: str = ""


class _Envelope(BaseModel):
    """Every answer."""

    ok: bool
    error_code: int = 0
    result: _Result = _Result()


class ZaloBot:
    """Writes to chats whose owners wrote to the bot first."""

    def __init__(self, token: str, base: str = BASE, ask: Post = post) -> None:
        self._address, self._ask = f"{base}/bot{token}", ask

    def send(self, address: str, message: Message) -> None:
        self._call("sendMessage", chat_id=address, text=message.text[:MAX_TEXT])

    def name(self) -> str:
        """What the bot is called.

        Raises:
            UndeliveredError: the token is none, or nobody answers.
        """
        return self._call("getMe").account_name

    def hook(self, url: str, secret: str) -> None:
        """Have messages to the bot handed to this address, with the secret in a header.

        Raises:
            UndeliveredError: Zalo does not take the address.
        """
        self._call("setWebhook", url=url, secret_token=secret)

    def _call(self, function: str, **fields: str) -> _Result:
        body = json.dumps(fields, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        answer = self._ask(f"{self._address}/{function}", body, headers)
        try:
            told = _Envelope.model_validate_json(answer.octets)
        except ValidationError:
            raise AwayError(f"answer {answer.status}") from None
        if told.ok:
            return told.result
        code = told.error_code or answer.status
        if code in _BUSY:
            raise AwayError(f"code {code}")
        raise UndeliveredError(f"code {code}", final=code in _FINAL)
