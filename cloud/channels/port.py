"""What a channel that is told by a program has to offer; each brings its own adapter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from cloud.channels.listing import Json
from cloud.channels.pace import Fault, Pace


class RefusedError(Exception):
    """The channel did not do it; `raw` are its own words, of `field` where it names one."""

    def __init__(
        self, fault: Fault, raw: str = "", field: str = "", wait: timedelta | None = None
    ) -> None:
        super().__init__(f"{fault}: {raw}")
        self.fault = fault
        self.raw = raw
        self.field = field
        self.wait = wait
        """How long it asks us to leave it alone."""


class ChannelAdapter(Protocol):
    """One shop at one channel. All three raise `RefusedError`; a time-out is a `Fault.RETRY`.

    `told` is `cloud.channels.listing.document`: its keys, its units. What is not listed is hidden
    there, never deleted.
    """

    def find(self, key: str) -> str | None:
        """The channel's id of the listing with our key; the oldest, should there be two."""

    def upsert(self, remote_id: str | None, told: Json) -> str:
        """Make the listing, or overwrite the one with this id; the id it has there.

        `told["key"]` goes along as the channel's idempotency key wherever it takes one.
        """

    def read(self, remote_id: str) -> Json:
        """What the channel shows, under our names; what it does not tell of is left out."""


class Opener(Protocol):
    """Makes the adapter of one shop, with the keys that it gave us."""

    def __call__(self, shop_id: int) -> ChannelAdapter: ...


@dataclass(frozen=True)
class Route:
    """A channel that can be told, and how fast."""

    pace: Pace
    open: Opener


Routes = Mapping[str, Route]
"""By the channel's code."""
