"""What is filled in to take orders along, and to bring parcels' numbers in."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from fastapi import UploadFile
from pydantic import BeforeValidator, Field, StringConstraints

from cloud.bodies import Body
from cloud.lines import Line
from cloud.products.forms import blank_is_none, typed_dong
from cloud.shipping.carrier import CarrierName


class FileForm(StrEnum):
    """What spreadsheets open."""

    XLSX = "xlsx"
    CSV = "csv"


class RangeForm(Body):
    """The days of which orders are taken along, both included; with who bought, or without."""

    first: date
    last: date
    form: FileForm = FileForm.XLSX
    buyers: Literal["yes", "no"] = "no"


class ParcelForm(Body):
    """A sheet of parcels, as a file first, and as the text of it that was looked at."""

    act: Literal["read", "faults", "confirm"]
    carrier: CarrierName = CarrierName.OTHER
    files: list[UploadFile] = Field(default=[], max_length=1)
    rows: str = Field(default="", max_length=1_000_000)


Fee = Annotated[
    Annotated[int, BeforeValidator(typed_dong), Field(ge=0, le=100_000_000)] | None,
    BeforeValidator(blank_is_none),
]


class ParcelRow(Body):
    """A row of a sheet of parcels: which order went by whom, under which number."""

    code: Annotated[Line, StringConstraints(pattern=r"^HX[0-9A-Z]{7}$")]
    tracking: Annotated[Line, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    carrier: CarrierName
    fee: Fee = None
