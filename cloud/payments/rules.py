"""Pure: where a payment stands; it follows from the money that came, nobody sets it by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cloud.payments.models import AllocationKind


class PaymentState(StrEnum):
    """How much of the expected money is there."""

    UNPAID = "unpaid"
    PARTIAL = "partial"
    PAID = "paid"
    REFUNDED = "refunded"
    COD_DUE = "cod_due"
    COD_COLLECTED = "cod_collected"
    REMITTED = "remitted"


@dataclass(frozen=True)
class Books:
    """What allocations say of one payment, in đồng; `closed`: its order waits no longer."""

    expected: int
    received: int = 0
    refunded: int = 0
    closed: bool = False
    cod: bool = False
    collected: int = 0
    remitted: int = 0

    @property
    def kept(self) -> int:
        """What the buyer has given, whoever holds it now."""
        return self.received + self.collected - self.refunded

    @property
    def with_carrier(self) -> int:
        """What the carrier took at the door and has not handed on."""
        return self.collected - self.remitted

    @property
    def owed(self) -> int:
        """What the buyer still has to pay."""
        return 0 if self.closed else max(0, self.expected - self.received - self.collected)

    @property
    def refundable(self) -> int:
        """What belongs to the buyer: all of a closed order, else what is too much."""
        return max(0, self.kept - (0 if self.closed else self.expected))

    @property
    def state(self) -> PaymentState:
        if self.refunded > 0 and self.kept <= 0:
            return PaymentState.REFUNDED
        if self.cod and self.owed > 0:
            return PaymentState.COD_DUE
        if self.kept <= 0:
            return PaymentState.UNPAID
        if self.collected > 0:
            carried = self.with_carrier > 0
            return PaymentState.COD_COLLECTED if carried else PaymentState.REMITTED
        return PaymentState.PAID if self.kept >= self.expected else PaymentState.PARTIAL


def books(
    expected: int,
    allocations: Iterable[tuple[AllocationKind, int]],
    *,
    closed: bool,
    cod: bool = False,
) -> Books:
    """The sums of a payment's allocations by kind; what was undone never came."""
    sums = dict.fromkeys(AllocationKind, 0)
    for kind, amount in allocations:
        sums[kind] += amount
    received = sums[AllocationKind.RECEIVED] - sums[AllocationKind.UNDONE]
    return Books(
        expected,
        received,
        sums[AllocationKind.REFUNDED],
        closed,
        cod,
        sums[AllocationKind.COLLECTED],
        sums[AllocationKind.REMITTED] - sums[AllocationKind.REMIT_UNDONE],
    )
