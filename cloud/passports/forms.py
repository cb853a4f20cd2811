"""What the cooperative fills in: facts of a product, its photo, its certificates."""

from datetime import date
from typing import Annotated, Literal

from fastapi import UploadFile
from pydantic import Field, StringConstraints

from cloud.bodies import Body
from cloud.lines import Line

Ticked = Literal["", "none"]
"""Ticked where there is no such thing: the law wants that told too."""

Text = Annotated[Line, StringConstraints(max_length=200)]
Code = Annotated[Line, StringConstraints(pattern=r"^[0-9A-Za-z./-]{0,40}$")]
Name = Annotated[Line, StringConstraints(min_length=2, max_length=120)]


class PassportForm(Body):
    """The facts; an empty field with its box ticked says that there is none."""

    act: Literal["tell"]
    code: Code = ""
    brand: Text = ""
    brand_none: Ticked = ""
    shelf_life: Text = ""
    shelf_life_none: Ticked = ""
    standards: Text = ""
    warnings: Text = ""
    warnings_none: Ticked = ""
    more: Text = ""
    more_none: Ticked = ""
    certificates_none: Ticked = ""


class PhotoForm(Body):
    """A picture of the product of a lot."""

    lot: str = Field(max_length=20)
    photos: list[UploadFile] = Field(default=[], max_length=1)


class CertificateForm(Body):
    """One certificate as it stands on paper."""

    name: Name
    issuer: Name
    number: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    valid_until: date | None = None
