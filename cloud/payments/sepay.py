"""SePay's webhook: who may speak, and what is said (developer.sepay.vn, «SePay Webhooks»).

Pure: octets, headers and a clock's reading come in, a transaction or a refusal goes out. A
configuration without authentication does not exist here.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cloud.i18n import TIME_ZONE
from cloud.payments.models import Scheme
from cloud.payments.telling import Told

SIGNATURE: Final = "x-sepay-signature"
TIMESTAMP: Final = "x-sepay-timestamp"
AUTHORIZATION: Final = "authorization"

_SHOWN_AS: Final = "Apikey "
_SIGNED_AS: Final = "sha256="
_DRIFT_S: Final = 300
"""SePay's own advice; what is older may be a copy somebody kept."""
_TIME: Final = "%Y-%m-%d %H:%M:%S"
_DIGITS: Final = 12  # of a time in seconds; longer ones are no time


def _a_time(text: str) -> str:
    datetime.strptime(text, _TIME).replace(tzinfo=TIME_ZONE)
    return text


class Notice(BaseModel):
    """The body; what SePay adds later is left aside."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    id: Annotated[int, Field(ge=1, lt=2**63)]
    booked: Annotated[
        str,
        Field(alias="transactionDate", pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"),
        AfterValidator(_a_time),
    ]
    account: str = Field(alias="accountNumber", max_length=40)
    kind: Literal["in", "out"] = Field(alias="transferType")
    amount: int = Field(alias="transferAmount", gt=0, lt=2**53)
    content: Annotated[str, StringConstraints(max_length=500)] | None = None
    reference: Annotated[str, StringConstraints(max_length=80)] | None = Field(
        default=None, alias="referenceCode"
    )

    def told(self) -> Told:
        """Times of theirs are those of Viet Nam's clocks."""
        at = datetime.strptime(self.booked, _TIME).replace(tzinfo=TIME_ZONE)
        return Told(
            id=str(self.id),
            amount=self.amount,
            incoming=self.kind == "in",
            content=(self.content or "").replace("\0", ""),
            at=at.astimezone(UTC),
            account=self.account,
            reference=self.reference or "",
        )


def speaks(
    scheme: Scheme, secret: str, octets: bytes, headers: Mapping[str, str], now: datetime
) -> bool:
    """Whether whoever knows the secret sent exactly these octets, and under HMAC just now."""
    if not secret:
        return False
    if scheme is Scheme.APIKEY:
        told = headers.get(AUTHORIZATION, "")
        return hmac.compare_digest(told.encode(), f"{_SHOWN_AS}{secret}".encode())
    moment = headers.get(TIMESTAMP, "")
    if not _recent(moment, now):
        return False
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + octets, hashlib.sha256)
    told = headers.get(SIGNATURE, "")
    return hmac.compare_digest(told.encode(), f"{_SIGNED_AS}{signed.hexdigest()}".encode())


def _recent(moment: str, now: datetime) -> bool:
    if not (moment.isascii() and moment.isdigit() and len(moment) <= _DIGITS):
        return False
    return abs(now.timestamp() - int(moment)) <= _DRIFT_S
