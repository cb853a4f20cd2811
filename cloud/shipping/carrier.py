"""The port to whoever carries parcels; the one adapter so far is a person with a pen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class CarrierName(StrEnum):
    """By whom parcels go in this country; `own` is the cooperative itself."""

    OWN = "own"
    GHN = "ghn"
    GHTK = "ghtk"
    VIETTEL_POST = "viettel_post"
    VNPOST = "vnpost"
    OTHER = "other"


class Whereabouts(StrEnum):
    """How far a parcel is."""

    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    RETURNED = "returned"


@dataclass(frozen=True)
class Parcel:
    """What is handed over; `code` names the order and counts once with any carrier."""

    code: str
    mass_g: int
    cod: int
    """What the carrier is to collect at the door, in đồng; 0: nothing."""


class Carrier(Protocol):
    """One carrier. An adapter that calls somebody is asked outside of transactions."""

    @property
    def name(self) -> CarrierName: ...

    def quote(self, parcel: Parcel, /) -> int | None:
        """The carrier's price in đồng, where it tells one beforehand."""
        ...

    def create(self, parcel: Parcel, /) -> str:
        """Announce the parcel; the number under which it can be followed."""
        ...

    def track(self, tracking: str, /) -> Whereabouts | None:
        """How far it is; None where only people know."""
        ...


@dataclass(frozen=True)
class Manual:
    """Somebody took the parcel to the counter and copied the number; people say where it is."""

    name: CarrierName = CarrierName.OWN
    tracking: str = ""

    def quote(self, _parcel: Parcel, /) -> int | None:
        return None

    def create(self, _parcel: Parcel, /) -> str:
        return self.tracking

    def track(self, _tracking: str, /) -> Whereabouts | None:
        return None


BY_HAND = Manual()
"""The cooperative brings it itself."""
