"""What people fill in at the pages of channels."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cloud.bodies import Body
from cloud.channels.codes import Channel
from cloud.channels.marks import Mark
from cloud.lines import Line, Whole


class SwitchForm(Body):
    """A channel, and whether it is used."""

    channel: Channel
    act: Literal["on", "off"]


class Shared(StrEnum):
    """What is done for all channels at once."""

    KEEP = "keep"
    STOP = "stop"
    GO = "go"
    ADDRESS = "address"


class SharedForm(Body):
    """What holds for all channels of a shop; the numbers go with `keep`."""

    act: Shared
    keep_packs: Whole = Field(default=1, ge=0, le=10_000)
    keep_percent: Whole = Field(default=10, ge=0, le=100)


class MarkForm(Body):
    """What somebody saw on a floor, or did there; `based_on` is what the page asked them to do."""

    mark: Literal[Mark.LISTED, Mark.REFUSED, Mark.GONE]
    based_on: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    note: Annotated[Line, StringConstraints(max_length=200)] = ""
    link: Annotated[
        str, StringConstraints(max_length=300, pattern=r"^(https://[\x21-\x7e]+)?$")
    ] = ""
