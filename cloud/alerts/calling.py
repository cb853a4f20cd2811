"""Asks a channel's service; a silent one is away."""

from collections.abc import Callable, Mapping

from cloud.alerts.notifier import AwayError
from cloud.calling import Answer, SilentError, ask

Post = Callable[[str, bytes, Mapping[str, str]], Answer]
"""How an adapter asks; given to it, so that it can be asked itself."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The answer to one POST.

    Raises:
        AwayError: nobody answered; it names neither the URL, which may hold a token, nor the body.
    """
    try:
        return ask("POST", url, body, headers)
    except SilentError as error:
        raise AwayError(str(error)) from None
