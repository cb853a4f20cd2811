"""What a buyer wants on an invoice, and what the provider made of it."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Column, LargeBinary, delete
from sqlmodel import Field, Session, SQLModel, col, select

from cloud.db import UtcDateTime, code_column
from cloud.keyring import Sealed
from cloud.tax.vat import Vat

MAX_PDF: Final = 512 * 1024
"""Of an invoice's PDF; providers send a tenth of it."""


class Invoice(SQLModel, table=True):
    """Asked for by a buyer; issued once a provider gave it a number."""

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    order_id: int = Field(foreign_key="orders.id", unique=True)
    tax_code: str = Field(default="", sa_type=Sealed("invoice.tax_code"))
    company: str = Field(default="", sa_type=Sealed("invoice.company"))
    address: str = Field(default="", sa_type=Sealed("invoice.address"))
    email: str = Field(default="", sa_type=Sealed("invoice.email"))
    vat: Vat = Field(
        default=Vat.KCT, sa_column=code_column(Vat), description="of all that has no rate itself"
    )
    asked_at: datetime = Field(sa_type=UtcDateTime)
    number: str = ""
    lookup: str = Field(default="", description="by which the buyer finds it at the provider")
    issued_on: date | None = None
    pdf: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))

    @property
    def issued(self) -> bool:
        return bool(self.number)


def of_order(session: Session, order_id: int | None) -> Invoice | None:
    return session.exec(select(Invoice).where(Invoice.order_id == order_id)).one_or_none()


def forget(session: Session, order_id: int) -> None:
    """A wish goes with its buyer; an issued invoice is kept, as the law on accounting asks."""
    session.exec(
        delete(Invoice).where(col(Invoice.order_id) == order_id, col(Invoice.number) == "")
    )
