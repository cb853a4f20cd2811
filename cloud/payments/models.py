"""Tables of money expected and money arrived; amounts in đồng."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Column, Field, SQLModel, UniqueConstraint

from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id


class Provider(StrEnum):
    """Who told of a transaction on the account."""

    SEPAY = "sepay"
    PAYOS = "payos"
    STATEMENT = "statement"
    MANUAL = "manual"


class Scheme(StrEnum):
    """How a service that tells of transactions shows that it is that service."""

    HMAC = "hmac"
    APIKEY = "apikey"
    PAYOS = "payos"

    @property
    def provider(self) -> Provider:
        """Whose way it is; each service has ways of its own."""
        return Provider.PAYOS if self is Scheme.PAYOS else Provider.SEPAY


class AllocationKind(StrEnum):
    """What an allocation says of a payment's money."""

    RECEIVED = "received"
    UNDONE = "undone"
    REFUNDED = "refunded"
    COLLECTED = "collected"
    REMITTED = "remitted"
    REMIT_UNDONE = "remit_undone"


class Payment(SQLModel, table=True):
    """The transfer an order waits for, found again by its code."""

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    order_id: int = Field(foreign_key="orders.id", unique=True)
    code: str = Field(unique=True, description="what the buyer writes in the transfer")
    expected: int = Field(sa_type=BigInteger)
    cod: bool = Field(default=False, description="the buyer pays whoever brings the goods")
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="since then nobody waits for it any more"
    )


class BankTxn(SQLModel, table=True):
    """A transaction on the shop's account, as it was told; what it says is never altered."""

    __tablename__ = "bank_txn"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "provider", "provider_txn_id"),
        CheckConstraint("amount > 0", name="ck_bank_txn_amount"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    provider: Provider = Field(sa_column=code_column(Provider))
    provider_txn_id: str = Field(description="how the provider names it; counts once")
    reference: str = Field(default="", description="how the bank names it, where that is told")
    account: str = Field(description="on which it stands; empty: the shop's own")
    incoming: bool
    amount: int = Field(sa_type=BigInteger)
    content: str = Field(description="the sender's words; gone when the buyer is forgotten")
    at: datetime = Field(sa_type=UtcDateTime, description="when the bank booked it")
    taken_at: datetime = Field(sa_type=UtcDateTime)
    ignored_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ignored_reason: str = ""
    remittance_id: int | None = Field(
        default=None,
        foreign_key="cod_remittance.id",
        unique=True,
        index=True,
        description="a carrier paid by it what it had collected; it is no buyer's then",
    )


class Allocation(SQLModel, table=True):
    """Money that a person or a rule says belongs to a payment; never altered, only undone."""

    __table_args__ = (CheckConstraint("amount > 0", name="ck_allocation_amount"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    payment_id: int = Field(foreign_key="payment.id", index=True)
    kind: AllocationKind = Field(sa_column=code_column(AllocationKind))
    amount: int = Field(sa_type=BigInteger)
    source: str = Field(unique=True, description="who says so, as «manual:…»; counts once")
    bank_txn_id: int | None = Field(default=None, foreign_key="bank_txn.id", index=True)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", description="none: the rule matched it"
    )
    remittance_id: int | None = Field(default=None, foreign_key="cod_remittance.id", index=True)
    note: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class BankFeed(SQLModel, table=True):
    """A service that tells of transactions on a cooperative's account; always authenticated."""

    __tablename__ = "bank_feed"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", unique=True)
    scheme: Scheme = Field(sa_column=code_column(Scheme))
    sealed: str = Field(description="the secret, encrypted; see cloud.payments.feeds")
    changed_at: datetime = Field(sa_type=UtcDateTime)
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Statement(SQLModel, table=True):
    """An account statement that was read and is looked at before it counts; gone after a day."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    found: dict[str, object] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
