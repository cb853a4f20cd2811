"""JSON spoken with a carrier; what is no answer is told apart from a refusal."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from cloud.calling import Answer, SilentError
from cloud.shipping.carrier import UnansweredError

_Told = TypeVar("_Told", bound=BaseModel)
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class Ask(Protocol):
    """One request; `cloud.calling.ask` is one."""

    def __call__(
        self,
        method: Literal["GET", "POST"],
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        /,
    ) -> Answer: ...


class Line:
    """A carrier's address and the headers by which it knows a shop."""

    def __init__(self, base: str, headers: Mapping[str, str], ask: Ask) -> None:
        self._base, self._ask = base, ask
        self._headers = {"Content-Type": "application/json", **headers}

    def get(self, path: str, kind: type[_Told]) -> _Told:
        """What the carrier answers.

        Raises:
            UnansweredError: it does not, or not as its documents say.
        """
        return self._talk("GET", path, None, kind)

    def post(self, path: str, body: Mapping[str, object], kind: type[_Told]) -> _Told:
        """The same, of something told."""
        return self._talk("POST", path, json.dumps(body, ensure_ascii=False).encode(), kind)

    def _talk(
        self, method: Literal["GET", "POST"], path: str, body: bytes | None, kind: type[_Told]
    ) -> _Told:
        try:
            answer = self._ask(method, self._base + path, body, self._headers)
        except SilentError as error:
            raise UnansweredError(str(error)) from None
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in _LATER:
            raise UnansweredError(f"status {answer.status}")
        try:
            return kind.model_validate_json(answer.octets)
        except ValidationError:
            raise UnansweredError("an answer that is none") from None
