"""payOS' webhook: who may speak, and what is said.

Pure (payos.vn/docs, «Kiểm tra dữ liệu với signature»). The signature covers the fields of `data`
and no moment, so that a copy somebody kept is proved as well: what makes it harmless is that a
transaction counts once.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cloud.i18n import TIME_ZONE
from cloud.payments.telling import Told

_TIME: Final = "%Y-%m-%d %H:%M:%S"
_EMPTY: Final = frozenset({"null", "undefined"})


def _a_time(text: str) -> str:
    datetime.strptime(text, _TIME).replace(tzinfo=TIME_ZONE)
    return text


class Data(BaseModel):
    """What arrived on an account; what payOS adds later is left aside, though it is signed."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    link: str = Field(alias="paymentLinkId", min_length=1, max_length=80)
    reference: str = Field(min_length=1, max_length=80)
    amount: int = Field(gt=0, lt=2**53)
    content: Annotated[str, StringConstraints(max_length=500)] = Field(alias="description")
    account: str = Field(alias="accountNumber", max_length=40)
    booked: Annotated[str, AfterValidator(_a_time)] = Field(
        alias="transactionDateTime", pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"
    )


class Notice(BaseModel):
    """The body."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    data: Data

    def told(self) -> Told:
        """Times of theirs are those of Viet Nam's clocks; they tell of money that came alone."""
        at = datetime.strptime(self.data.booked, _TIME).replace(tzinfo=TIME_ZONE)
        return Told(
            id=f"{self.data.link}:{self.data.reference}",
            amount=self.data.amount,
            incoming=True,
            content=self.data.content.replace("\0", ""),
            at=at.astimezone(UTC),
            account=self.data.account,
            reference=self.data.reference,
        )


def speaks(secret: str, octets: bytes) -> bool:
    """Whether whoever knows the checksum key signed these data."""
    try:
        body = json.loads(octets)
    except ValueError:
        return False
    if not (secret and isinstance(body, dict)):
        return False
    data, told = body.get("data"), body.get("signature")
    if not (isinstance(data, dict) and isinstance(told, str)):
        return False
    basis = _basis(data)
    if basis is None:
        return False
    signed = hmac.new(secret.encode(), basis, hashlib.sha256).hexdigest()
    return hmac.compare_digest(told.encode("utf-8", "replace"), signed.encode())


def _basis(data: dict[str, object]) -> bytes | None:
    """`key=value&key=value` by key; None where the data are no notice of money.

    Nested values, booleans and fractions stand in none, and each language of payOS' samples
    writes them its own way.
    """
    parts = []
    for key in sorted(data):
        value = "" if data[key] is None else data[key]
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None
        parts.append(f"{key}={'' if value in _EMPTY else value}")
    return "&".join(parts).encode("utf-8", "replace")
