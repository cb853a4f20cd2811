"""Bodies and rows of delivery, for the walls."""

from collections.abc import Mapping

from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.orders.billing import Invoice
from cloud.orders.models import Order
from cloud.shipping import service as shipping
from cloud.shipping.carrier import CarrierName
from cloud.shipping.models import CarrierAccount, CodRemittance, PickupForm, PickupPoint
from tests.cloud.conftest import START, Seeded
from tests.cloud.walls.samples import Sample


def forms(ids: Mapping[str, str]) -> dict[str, Sample]:
    return {
        "TariffForm": lambda: {"base": 20_000, "base_kg": 2, "step": 5_000},
        "PickupForm": lambda: {"name": "Kho", "address": "Thôn 1, xã Thử", "hours": "7-17"},
        "WishForm": lambda: {
            "tax_code": "0100109106",
            "company": "Công ty Thử",
            "address": "12 Lê Lợi, Bến Thành",
        },
        "TaxCodeForm": lambda: {"tax_code": "0100109106"},
        "VatForm": lambda: {"vat": "5%"},
        "IssuedForm": lambda: {
            "order": ids["order"],
            "number": "1C26T-7",
            "issued_on": "2026-03-02",
        },
        "CarrierForm": lambda: {"carrier": "ghn", "number": "885", "token": "token-of-a-carrier"},
        "BoxForm": lambda: {
            "carrier": "ghn",
            "mass_g": 2_300,
            "length": 30,
            "width": 20,
            "height": 10,
        },
        "HandingForm": lambda: {"act": "drop"},
        "BellForm": lambda: {"ring": "yes"},
        "NewsForm": lambda: {"upto": 1_000_000},
        "RemitForm": lambda: {"carrier": "ghn", "amount": 1_000, "key": "key-of-a-remittance"},
        "RangeForm": lambda: {"first": "2026-03-01", "last": "2026-03-02"},
        "ParcelForm": lambda: {"act": "read"},
        "LinkForm": lambda: {"txn": ids["txn"]},
    }


def rows(engine: Engine, seeded: Seeded) -> dict[str, str]:
    """A place to fetch goods, by its public id; invoices for the orders there are."""
    form = PickupForm(name="Kho", address="Thôn 1, xã Thử", hours="7-17")
    with Session(writing(engine)) as session, session.begin():
        shipping.open_point(session, seeded.manager.principal, form, START)
        session.flush()
        for order in session.exec(select(Order)).all():
            owner = order.cooperative_id
            session.add(Invoice(cooperative_id=owner, order_id=order.id or 0, asked_at=START))
        owner = seeded.manager.principal.cooperative_id
        handed = CodRemittance(
            cooperative_id=owner,
            key="a-remittance",
            carrier=CarrierName.GHN,
            amount=9_000,
            note="",
            at=START,
        )
        contract = CarrierAccount(
            cooperative_id=owner,
            carrier=CarrierName.GHTK,
            number="S1",
            sealed="",
            changed_at=START,
        )
        session.add_all([handed, contract])
        point = session.exec(select(PickupPoint.public_id)).one()
        return {
            "point": point,
            "remittance": handed.public_id,
            "contract": contract.public_id,
        }
