"""The query of the standard as a strict model, and the place in a list at which a page begins."""

import base64
import json
from binascii import Error as NoBase64
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from cloud.bodies import Body
from cloud.epcis import facts
from cloud.epcis.errors import QueryRefused
from cloud.lines import Whole
from traceability.epcis.event_hash import moment_of

DEFAULT_PAGE: Final = 30  # the standard's own
MAX_PAGE: Final = 100
"""Of 64 kB at most each; whoever asks for more gets as many and the way to the next page."""
MOST_NAMED: Final = 50
"""Alternatives in one parameter."""

Alternatives = Annotated[str, StringConstraints(min_length=1, max_length=8_000)]
"""One or more, with a bar between them."""
Time = Annotated[str, StringConstraints(max_length=40)]
Count = Annotated[Whole, Field(ge=1, le=1_000_000)]


class EventQuery(Body):
    """What is asked for; a parameter that is not here is refused, as the standard demands."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    event_type: Alternatives | None = Field(None, alias="eventType")
    since: Time | None = Field(None, alias="GE_eventTime")
    before: Time | None = Field(None, alias="LT_eventTime")
    recorded_since: Time | None = Field(None, alias="GE_recordTime")
    recorded_before: Time | None = Field(None, alias="LT_recordTime")
    action: Alternatives | None = Field(None, alias="EQ_action")
    biz_step: Alternatives | None = Field(None, alias="EQ_bizStep")
    disposition: Alternatives | None = Field(None, alias="EQ_disposition")
    read_point: Alternatives | None = Field(None, alias="EQ_readPoint")
    biz_location: Alternatives | None = Field(None, alias="EQ_bizLocation")
    transformation: Alternatives | None = Field(None, alias="EQ_transformationID")
    event_id: Alternatives | None = Field(None, alias="EQ_eventID")
    epc: Alternatives | None = Field(None, alias="MATCH_epc")
    parent: Alternatives | None = Field(None, alias="MATCH_parentID")
    input_epc: Alternatives | None = Field(None, alias="MATCH_inputEPC")
    output_epc: Alternatives | None = Field(None, alias="MATCH_outputEPC")
    any_epc: Alternatives | None = Field(None, alias="MATCH_anyEPC")
    epc_class: Alternatives | None = Field(None, alias="MATCH_epcClass")
    input_class: Alternatives | None = Field(None, alias="MATCH_inputEPCClass")
    output_class: Alternatives | None = Field(None, alias="MATCH_outputEPCClass")
    any_class: Alternatives | None = Field(None, alias="MATCH_anyEPCClass")
    declared: Literal["true"] | None = Field(None, alias="EXISTS_errorDeclaration")
    order_by: Literal["eventTime", "recordTime"] | None = Field(None, alias="orderBy")
    direction: Literal["ASC", "DESC"] | None = Field(None, alias="orderDirection")
    first: Count | None = Field(None, alias="eventCountLimit")
    most: Count | None = Field(None, alias="maxEventCount")
    per_page: Count = Field(DEFAULT_PAGE, alias="perPage")
    page: str | None = Field(None, alias="nextPageToken", max_length=100)

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if self.first is not None and self.most is not None:
            raise ValueError("eventCountLimit and maxEventCount exclude each other")
        return self

    @property
    def by_time(self) -> bool:
        return self.order_by == "eventTime"

    @property
    def newest_first(self) -> bool:
        """The standard's default wherever an order is asked for; else as they were recorded."""
        return self.order_by is not None and self.direction != "ASC"

    @property
    def size(self) -> int:
        return min(self.per_page, MAX_PAGE)


class CaptureQuery(Body):
    """Which page of capture jobs."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    per_page: Count = Field(DEFAULT_PAGE, alias="perPage")
    page: str | None = Field(None, alias="nextPageToken", max_length=100)

    @property
    def size(self) -> int:
        return min(self.per_page, MAX_PAGE)


Place = tuple[int, ...]
"""Behind what a page begins: for events by time milliseconds, number, events told; else less."""


def token_of(place: Place) -> str:
    """Says nothing that the page before did not say; whoever invents one gets another page."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(token: str | None, length: int) -> Place | None:
    """Behind what the page begins; None for the first.

    Raises:
        QueryRefused: none of ours.
    """
    if token is None:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (NoBase64, ValueError):
        raise QueryRefused("nextPageToken: none of this list") from None
    whole = isinstance(found, list) and len(found) == length
    if not whole or not all(type(one) is int and abs(one) < 1 << 62 for one in found):
        raise QueryRefused("nextPageToken: none of this list")
    return tuple(found)


def alternatives(text: str) -> list[str]:
    """What stands between the bars.

    Raises:
        QueryRefused: too many of them.
    """
    found = text.split("|")
    if len(found) > MOST_NAMED:
        raise QueryRefused(f"at most {MOST_NAMED} alternatives in one parameter")
    return found


def moment(name: str, text: str) -> datetime:
    """A time of a parameter of this name.

    Raises:
        QueryRefused: no time of RFC 3339, as where the plus of an offset was sent as a space.
    """
    found = moment_of(text)
    if found is None:
        raise QueryRefused(f"{name}: a time as 2026-11-23T06:30:00Z; write + as %2B")
    return found


def things(text: str) -> list[str]:
    return [facts.thing(one) for one in alternatives(text)]
