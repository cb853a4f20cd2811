"""The port through which an alert leaves the house; each channel is an adapter behind it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """What is sent: a line to see at a glance, the text, both in the reader's language."""

    subject: str
    text: str


class UndeliveredError(Exception):
    """The channel did not take it; `final` where trying again cannot help.

    Its text names a reason and never an address, a text or a token: it is stored and logged.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


class Notifier(Protocol):
    """One channel."""

    def send(self, address: str, message: Message) -> None:
        """Hand it over.

        Raises:
            UndeliveredError: the channel did not take it.
        """
        ...
