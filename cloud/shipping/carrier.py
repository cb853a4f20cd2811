"""The port to whoever carries parcels, and the way without one: a person with a pen."""

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
    """How far a parcel is; stopped: cancelled, lost or damaged, so that people have to ask."""

    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    RETURNED = "returned"
    STOPPED = "stopped"


class UnansweredError(Exception):
    """Nobody answered, or nothing that can be understood; it may have been done all the same."""


class RefusedError(Exception):
    """The carrier said no; its text is the carrier's own, for whoever packs."""


@dataclass(frozen=True)
class Parcel:
    """What is handed over; `code` names the order and counts once with any carrier."""

    code: str
    mass_g: int
    cod: int
    """What the carrier is to collect at the door, in đồng; 0: nothing."""


@dataclass(frozen=True)
class Party:
    """Who sends or gets a parcel, in today's names."""

    name: str
    phone: str
    street: str
    commune: str
    province: str
    district: str = ""
    """What the district was called, where the address came in its former names."""


@dataclass(frozen=True)
class Box:
    """A parcel's outside, in centimetres."""

    length: int
    width: int
    height: int


@dataclass(frozen=True)
class Consignment:
    """A parcel with all that a carrier asks for; `value` of the goods in đồng."""

    parcel: Parcel
    box: Box
    sender: Party
    to: Party
    contents: str
    value: int


class Carrier(Protocol):
    """One carrier that is called. It is asked outside of transactions.

    Each of these raises `UnansweredError` and `RefusedError`.
    """

    def quote(self, consignment: Consignment, /) -> int | None:
        """The carrier's price in đồng, where it tells one beforehand."""
        ...

    def create(self, consignment: Consignment, /) -> str:
        """Announce the parcel; the number under which it can be followed."""
        ...

    def find(self, code: str, /) -> str | None:
        """The number of a parcel that was announced under this code, if it was."""
        ...

    def track(self, tracking: str, /) -> Whereabouts | None:
        """How far it is; None where the carrier says what we do not know."""
        ...


@dataclass(frozen=True)
class Manual:
    """Somebody took the parcel to the counter and copied the number; people say where it is."""

    name: CarrierName = CarrierName.OWN
    tracking: str = ""


BY_HAND = Manual()
"""The cooperative brings it itself."""
