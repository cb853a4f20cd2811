"""What the cooperative fills in at the money pages."""

from typing import Annotated, Literal

from fastapi import UploadFile
from pydantic import Field, StringConstraints

from cloud.bodies import Body
from cloud.lines import Line, Whole
from cloud.orders.models import Key
from cloud.payments.models import Scheme
from cloud.shipping.carrier import CarrierName

Reason = Annotated[Line, StringConstraints(min_length=2, max_length=120)]


class AllocateForm(Body):
    """What a transaction is for; a code is read in any case and with any spaces."""

    code: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    amount: Whole = Field(gt=0, lt=10**15)
    key: Key


class IgnoreForm(Body):
    """Why a transaction pays no order."""

    reason: Reason


class SeenForm(Body):
    """Money seen on the account that no service told of."""

    amount: Whole = Field(gt=0, lt=10**15)
    content: Annotated[Line, StringConstraints(max_length=200)] = ""
    key: Key


class RefundForm(Body):
    """Money that was sent back, and how it can be found again."""

    amount: Whole = Field(gt=0, lt=10**15)
    note: Annotated[Line, StringConstraints(max_length=120)] = ""
    key: Key


class RemitForm(Body):
    """What a carrier handed on, and for which parcels."""

    carrier: CarrierName
    parcels: list[Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]] = Field(
        default=[], max_length=200
    )
    amount: Whole = Field(ge=0, lt=10**15)
    note: Annotated[Line, StringConstraints(max_length=120)] = ""
    key: Key


class LinkForm(Body):
    """The transaction by which a carrier paid."""

    txn: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]


class StatementForm(Body):
    """A bank's file."""

    act: Literal["read"]
    files: list[UploadFile] = Field(default=[], max_length=1)


class FeedForm(Body):
    """How the service that tells of money shows who it is; nothing is not a way."""

    scheme: Scheme
    secret: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,200}$")]
