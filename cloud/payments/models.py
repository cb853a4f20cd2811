"""Tables of money expected and money arrived; amounts in đồng."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from cloud.db import UtcDateTime


class Payment(SQLModel, table=True):
    """The transfer an order waits for, found again by its code."""

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    order_id: int = Field(foreign_key="orders.id", unique=True)
    code: str = Field(unique=True, description="what the buyer writes in the transfer")
    expected: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Allocation(SQLModel, table=True):
    """Money that a person, or later a bank's notice, says belongs to a payment; never altered."""

    __table_args__ = (CheckConstraint("amount > 0", name="ck_allocation_amount"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    payment_id: int = Field(foreign_key="payment.id", index=True)
    amount: int = Field(sa_type=BigInteger)
    source: str = Field(unique=True, description="who says so, as «manual:…»; counts once")
    account_id: int = Field(foreign_key="account.id")
    at: datetime = Field(sa_type=UtcDateTime)
