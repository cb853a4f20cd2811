"""Which column of a floor's table holds what: a file for each floor, so that a new one is no code.

`mappings/<channel>.json` has the name of the sheet, and for each column the floor's heading and
one of the fields below.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cloud.channels.codes import Channel
from cloud.channels.listing import Listing

Cell = str | int

FIELDS: Final[Mapping[str, Callable[[Listing], Cell]]] = {
    "key": lambda one: one.key,
    "title": lambda one: one.title,
    "description": lambda one: one.description,
    "price": lambda one: one.price,
    "quantity": lambda one: one.quantity,
    "pack": lambda one: one.pack,
    "net_g": lambda one: one.net_g,
    "gross_g": lambda one: one.gross_g,
    "brand": lambda one: one.brand,
    "origin": lambda one: one.origin,
    "gtin": lambda one: one.gtin,
    "url": lambda one: one.url,
    "certificates": lambda one: "; ".join(one.certificates),
    "photos": lambda one: ", ".join(photo_names(one)),
}
"""What a column can hold."""

_KINDS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


class ColumnOf(BaseModel):
    """One column of a floor's table."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    heading: Annotated[str, Field(min_length=1, max_length=80)]
    field: str

    @field_validator("field")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in FIELDS:
            raise ValueError(f"no such field: {name}; there are {', '.join(FIELDS)}")
        return name


class TableOf(BaseModel):
    """A floor's table."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    sheet: Annotated[str, Field(min_length=1, max_length=31)]
    columns: Annotated[list[ColumnOf], Field(min_length=1)]

    @property
    def headings(self) -> Sequence[str]:
        return [column.heading for column in self.columns]

    def row(self, listing: Listing) -> Sequence[Cell]:
        return [FIELDS[column.field](listing) for column in self.columns]


@cache
def table_of(channel: Channel) -> TableOf:
    """The table that this floor takes."""
    source = files("cloud.channels").joinpath("mappings", f"{channel.value}.json")
    return TableOf.model_validate_json(source.read_text("utf-8"))


def photo_names(listing: Listing) -> Sequence[str]:
    """The pictures' names beside the table, in their order."""
    return [
        f"anh/{listing.key}-{number}.{_KINDS[photo.kind]}"
        for number, photo in enumerate(listing.photos, 1)
    ]
