"""Sealed names and tax data out of a backup: readable with their keys, or not put back."""

from pathlib import Path

import pytest
from sqlmodel import Session

from cloud import sealing
from cloud.backup.errors import BackupError
from cloud.db import writing
from cloud.orders import service
from cloud.orders.billing import Invoice
from cloud.orders.models import Order, OrderBuyer, OrderRequest
from cloud.products import service as products
from tests.cloud.backup.installation import Installation
from tests.cloud.conftest import Stall

BUYERS = {"Nguyễn Thị Hoa", "Trần Văn Bình"}
FIRM = "Công ty Rau Sạch"


def sell(place: Installation) -> None:
    """Two buyers, each with an invoice."""
    seeded = place.fill()
    account = products.Account("Ngân hàng Thử", "970499", "0011223344", "HTX THU")
    with Session(writing(place.engine)) as session, session.begin():
        products.open_shop(session, seeded.cooperative, account, place.clock.now())
    stall = Stall(place.engine, seeded, place.clock.now())
    product = stall.offer(packs=5).product.public_id
    for number, name in enumerate(sorted(BUYERS)):
        request = OrderRequest(
            product=product,
            quantity=1,
            name=name,
            phone="+84912345678",
            address="12 Lê Lợi, phường Bến Thành",
            key=f"order-of-a-test-{number}",
        )
        with Session(writing(place.engine)) as session, session.begin():
            order = service.place(session, request, stall.now, simulated=False).order
            session.add(bill(order, stall))


def bill(order: Order, stall: Stall) -> Invoice:
    owner, number = order.cooperative_id, order.id or 0
    return Invoice(
        cooperative_id=owner,
        order_id=number,
        tax_code="0101243150",
        company=FIRM,
        asked_at=stall.now,
    )


def key(place: Installation, number: int) -> Path:
    return place.settings.data_dir / "secrets" / f"buyer-key-{number}"


def all_is_read(place: Installation) -> None:
    buyers, invoices = place.found(OrderBuyer), place.found(Invoice)
    assert {one.name for one in buyers} == BUYERS
    assert {one.phone for one in buyers} == {"+84912345678"}
    assert [(one.company, one.tax_code) for one in invoices] == [(FIRM, "0101243150")] * 2


def test_names_and_invoices_come_back_with_their_key(place: Installation) -> None:
    sell(place)
    backup = place.back_up()
    key(place, 1).unlink()
    place.restore(backup, replace=True)
    all_is_read(place)
    assert key(place, 1).stat().st_mode & 0o777 == 0o600


def test_a_backup_of_before_a_change_of_keys_is_read_after_it(place: Installation) -> None:
    """The old key was deleted as the manual allows; the backup still has it."""
    sell(place)
    backup = place.back_up()
    assert sealing.rotate(place.engine) == (2, 4)
    key(place, 1).unlink()
    place.restore(backup, replace=True)
    all_is_read(place)
    assert sealing.reseal(place.engine) == 4
    key(place, 1).unlink()
    all_is_read(place)


def test_a_backup_of_after_a_change_of_keys_needs_the_new_one_only(place: Installation) -> None:
    sell(place)
    sealing.rotate(place.engine)
    key(place, 1).unlink()
    backup = place.back_up()
    key(place, 2).unlink()
    place.restore(backup, replace=True)
    all_is_read(place)
    assert not key(place, 1).exists()
    assert key(place, 2).stat().st_mode & 0o777 == 0o600


def test_a_key_is_its_owners_though_the_disk_between_forgot_whose_it_was(
    place: Installation,
) -> None:
    sell(place)
    backup = place.back_up()
    (backup / "secrets" / "buyer-key-1").chmod(0o644)
    key(place, 1).unlink()
    place.restore(backup, replace=True)
    assert key(place, 1).stat().st_mode & 0o777 == 0o600


def test_without_its_key_a_backup_is_not_put_back(place: Installation) -> None:
    sell(place)
    octets = key(place, 1).read_bytes()
    key(place, 1).unlink()
    backup = place.back_up()
    key(place, 1).write_bytes(octets)
    with pytest.raises(BackupError, match=r"buyer-key-1 .*nothing was changed"):
        place.restore(backup, replace=True)
    place.open()
    assert not list(place.settings.data_dir.glob("*before-*"))
    assert place.unfinished() == []
    assert key(place, 1).read_bytes() == octets
    all_is_read(place)
