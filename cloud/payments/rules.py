"""Pure: where a payment stands; it follows from the money that came, nobody sets it by hand."""

from enum import StrEnum


class PaymentState(StrEnum):
    """How much of the expected money is there."""

    UNPAID = "unpaid"
    PARTIAL = "partial"
    PAID = "paid"


def state(expected: int, received: int) -> PaymentState:
    if received <= 0:
        return PaymentState.UNPAID
    return PaymentState.PAID if received >= expected else PaymentState.PARTIAL
