"""What a buyer and the cooperative fill in for an invoice."""

from datetime import date
from typing import Annotated

from fastapi import UploadFile
from pydantic import AfterValidator, Field, StringConstraints

from cloud.bodies import Body
from cloud.lines import Line
from cloud.orders.models import MAIL
from cloud.tax.vat import Vat


def _of_a_service(vat: Vat) -> Vat:
    if vat is Vat.KKKNT:
        raise ValueError("only of goods no tax is declared")
    return vat


class WishForm(Body):
    """The buyer's tax data."""

    tax_code: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    company: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    address: Annotated[Line, StringConstraints(min_length=5, max_length=200)]
    email: Annotated[Line, StringConstraints(max_length=120, pattern=MAIL)] = ""


class VatForm(Body):
    """How each line of an order is taxed, in their order, and the way to the buyer."""

    vat: list[Vat] = Field(max_length=20)
    fee: Annotated[Vat, AfterValidator(_of_a_service)] | None = None


class IssuedForm(Body):
    """What the provider answered for an order."""

    order: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]
    number: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    lookup: Annotated[Line, StringConstraints(max_length=80)] = ""
    issued_on: date
    files: list[UploadFile] = Field(default=[], max_length=1)
