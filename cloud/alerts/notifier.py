"""The port through which an alert leaves the house; each channel is an adapter behind it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """What is sent, in the reader's language: each channel takes what it has room for."""

    subject: str
    """A line to see at a glance."""
    text: str
    """All that counts without opening anything."""
    brief: str = ""
    """What else fits on a locked screen: since when, and what to do first."""
    link: str = ""
    """The page to open."""
    topic: str = ""
    """What it is about: a newer message of the same takes the place of the older one."""


class UndeliveredError(Exception):
    """The channel did not take it; `final` where trying again cannot help.

    Its text names a reason and never an address, a text or a token: it is stored and logged.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


class AwayError(UndeliveredError):
    """The channel itself does not answer: what else waits for it need not be tried now."""


class GoneError(UndeliveredError):
    """There is no such address any more."""

    def __init__(self) -> None:
        super().__init__("gone", final=True)


class Notifier(Protocol):
    """One channel."""

    def send(self, address: str, message: Message) -> None:
        """Hand it over.

        Raises:
            UndeliveredError: the channel did not take it.
        """
        ...
