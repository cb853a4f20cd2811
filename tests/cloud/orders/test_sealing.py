"""Buyers' data at rest: nothing readable in the file, keys changed under way, killed midway."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud import daily, keyring, sealing
from cloud.db import make_engine, writing
from cloud.errors import ConfigurationError
from cloud.keyring import KeyRing, Sealed, Tagged
from cloud.orders import buyers, desk, reading, service
from cloud.orders.billing import Invoice
from cloud.orders.errors import OrderGone
from cloud.orders.models import Order, OrderBuyer, OrderRequest
from cloud.orders.rules import Step
from cloud.payments.models import Payment
from cloud.settings import Settings
from tests.cloud.conftest import START, FixedClock, Stall

BUYER = {
    "name": "Nguyễn Thị Hoa",
    "phone": "+84912345678",
    "address": "12 Lê Lợi, phường Bến Thành",
    "email": "hoa@example.vn",
}
SEALED = ("name", "phone", "address", "email")
FIRM = {
    "tax_code": "0101243150",
    "company": "Công ty Rau Sạch",
    "address": "7 Nguyễn Huệ, phường Sài Gòn",
    "email": "so-sach@example.vn",
}
CLOUD = Path(sealing.__file__).parents[1]


@pytest.fixture
def order(stall: Stall) -> str:
    return buy(stall, stall.offer(packs=5).product.public_id, "k" * 16)


BARE = sa.table("order_buyer", *(sa.column(name) for name in (*SEALED, "phone_key")))
"""The table without its types: what lies in the database, sealed as it is."""
BARE_INVOICE = sa.table("invoice", *map(sa.column, FIRM))


def buy(stall: Stall, product: str, key: str) -> str:
    body = {**BUYER, "product": product, "quantity": 1, "key": key}
    with Session(writing(stall.engine)) as session, session.begin():
        request = OrderRequest.model_validate(body)
        return service.place(session, request, START, simulated=False).order.public_id


def bill(engine: Engine) -> None:
    """Every order with an invoice for the same firm."""
    with Session(writing(engine)) as session, session.begin():
        for order in session.exec(select(Order)).all():
            number = order.id or 0
            row = Invoice(cooperative_id=order.cooperative_id, order_id=number, asked_at=START)
            for name, text in FIRM.items():
                setattr(row, name, text)
            session.add(row)


def stored(engine: Engine, table: sa.TableClause = BARE) -> list[dict[str, str]]:
    """The rows as whoever steals the database reads them."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*table.columns))
        return [dict(row._mapping) for row in rows]


def in_clear(engine: Engine) -> None:
    """As the version before wrote them."""
    given = {name: BUYER[name] for name in SEALED}
    with writing(engine).begin() as connection:
        connection.execute(sa.update(BARE).values(given | {"phone_key": None}))


def firms(engine: Engine) -> list[dict[str, str]]:
    with Session(engine) as session:
        rows = session.exec(select(Invoice)).all()
        return [{name: getattr(row, name) for name in FIRM} for row in rows]


def known(engine: Engine) -> dict[str, str]:
    with Session(engine) as session:
        buyer = session.exec(select(OrderBuyer)).first()
        assert buyer is not None
        return {name: getattr(buyer, name) for name in SEALED}


def test_what_is_stored_says_nothing_and_is_read_again(stall: Stall, order: str) -> None:
    (row,) = stored(stall.engine)
    assert all(row[name].startswith("v1:") for name in SEALED)
    assert not any(word in repr(row) for word in BUYER.values())
    assert known(stall.engine) == BUYER
    assert reading_by_phone(stall, order) == order


def reading_by_phone(stall: Stall, order: str, phone: str = BUYER["phone"]) -> str:
    with Session(stall.engine) as session:
        code = session.exec(select(Payment.code)).first()
        assert code is not None
        found = reading.matching(session, phone, code)
        assert found.order.public_id == order
        return found.order.public_id


@pytest.mark.parametrize("phone", ["+84912345679", "", "v1:x"])
def test_another_number_finds_nothing(stall: Stall, order: str, phone: str) -> None:
    with pytest.raises(OrderGone):
        reading_by_phone(stall, order, phone)


def test_no_word_of_a_buyer_stands_in_the_file(stall: Stall, order: str) -> None:
    """Also not of rows that the version before wrote in clear and the night sealed."""
    if stall.engine.dialect.name != "sqlite":
        pytest.skip("the file is SQLite's")
    in_clear(stall.engine)
    assert readable(stall.engine) == set(BUYER.values())
    assert sealing.reseal(stall.engine) == 1
    assert readable(stall.engine) == set()
    assert known(stall.engine) == BUYER
    assert reading_by_phone(stall, order) == order


def readable(engine: Engine) -> set[str]:
    """Words of the buyer's that stand in the database's files."""
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    folder = Path(str(engine.url.database)).parent
    octets = b"".join(path.read_bytes() for path in folder.glob("cloud.db*"))
    return {word for word in BUYER.values() if word.encode() in octets}


def test_a_new_key_takes_over_and_old_rows_are_sealed_anew(
    stall: Stall, order: str, settings: Settings
) -> None:
    before = stored(stall.engine)
    assert reading_by_phone(stall, order) == order
    assert sealing.rotate(stall.engine) == (2, 1)
    (row,) = stored(stall.engine)
    assert all(row[name].startswith("v2:") for name in SEALED)
    assert row["phone_key"] == before[0]["phone_key"]
    (settings.data_dir / "secrets" / "buyer-key-1").unlink()
    assert known(stall.engine) == BUYER


def test_every_column_that_is_sealed_is_sealed_anew() -> None:
    """Also one whose table nobody told the list of tables of."""
    sources = (path.read_text(encoding="utf-8") for path in CLOUD.rglob("*.py"))
    written = sorted(name for text in sources for name in re.findall(r'Sealed\("([^"]+)"\)', text))
    found = {
        f"{table.name}.{column.name}": column.type
        for table in sealing.sealed_tables()
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
    assert sorted(found) == written == sorted(kind.field for kind in found.values())
    for table in sealing.sealed_tables():
        tags = [one.type.of for one in table.columns if isinstance(one.type, Tagged)]
        assert {f"{table.name}.{name}" for name in tags} <= set(found)


def test_invoices_are_readable_when_the_old_key_is_deleted(
    stall: Stall, order: str, settings: Settings
) -> None:
    assert order
    bill(stall.engine)
    assert sealing.rotate(stall.engine) == (2, 2)
    (row,) = stored(stall.engine, BARE_INVOICE)
    assert all(text.startswith("v2:") for text in row.values())
    (settings.data_dir / "secrets" / "buyer-key-1").unlink()
    assert firms(stall.engine) == [FIRM]
    assert sealing.reseal(stall.engine) == 0


def test_the_night_seals_invoices_that_lie_in_clear(stall: Stall, order: str) -> None:
    assert order
    bill(stall.engine)
    with writing(stall.engine).begin() as connection:
        connection.execute(sa.update(BARE_INVOICE).values(FIRM | {"email": ""}))
    assert daily.work(stall.engine, FixedClock(), (), (sealing.reseal,)) == 0
    (row,) = stored(stall.engine, BARE_INVOICE)
    assert {text[:3] for text in row.values()} == {"v1:", ""}
    assert firms(stall.engine) == [FIRM | {"email": ""}]


def test_a_change_that_was_broken_off_is_finished_before_another_begins(
    stall: Stall, order: str, settings: Settings
) -> None:
    KeyRing(settings.data_dir / "secrets").add()
    assert order
    assert sealing.rotate(stall.engine) == (2, 1)
    assert sealing.rotate(stall.engine) == (3, 1)


def test_who_was_erased_leaves_nothing_to_seal_or_to_find(stall: Stall, order: str) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        desk.lead(session, stall.seeded.manager.principal, order, Step.CANCEL, START)
        buyers.ask_erasure(session, order, START)
    assert sealing.reseal(stall.engine) == 0
    assert stored(stall.engine) == [dict.fromkeys(SEALED, "") | {"phone_key": None}]
    with pytest.raises(OrderGone):
        reading_by_phone(stall, order)


def test_another_installations_key_opens_nothing(tmp_path: Path) -> None:
    sealed = KeyRing(tmp_path / "a").seal("order_buyer.name", "Hoa")
    other = KeyRing(tmp_path / "b")
    with pytest.raises(ConfigurationError):
        other.unseal("order_buyer.name", sealed)
    other.add()
    with pytest.raises(ConfigurationError):
        other.unseal("order_buyer.name", sealed)
    with pytest.raises(ConfigurationError):
        KeyRing(tmp_path / "a").unseal("order_buyer.phone", sealed)


def test_without_keys_nothing_is_written(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(ConfigurationError):
        keyring.of(engine.dialect)
    engine.dispose()


def test_a_rotation_that_is_killed_at_any_moment_loses_nobody(
    stall: Stall, settings: Settings
) -> None:
    """Killed while it works, again and again, and then left to finish."""
    product = stall.offer(packs=900).product.public_id
    for number in range(450):
        buy(stall, product, f"order-of-a-test-{number:04}")
    bill(stall.engine)
    url = stall.engine.url.render_as_string(hide_password=False)
    for finished in range(3):
        with rotate_in_a_process(url, settings) as process:
            assert process.stdout is not None
            for _line in range(1 + finished):
                process.stdout.readline()  # it has begun, or has done that many
            os.kill(process.pid, signal.SIGKILL)
        with Session(stall.engine) as session:
            buyers = session.exec(select(OrderBuyer)).all()
        assert {getattr(one, name) for one in buyers for name in SEALED} == set(BUYER.values())
        assert firms(stall.engine) == [FIRM] * 450
    sealing.rotate(stall.engine)
    rows = stored(stall.engine, BARE_INVOICE)
    rows += [{name: row[name] for name in SEALED} for row in stored(stall.engine)]
    assert {text.partition(":")[0] for row in rows for text in row.values()} == {
        f"v{KeyRing(settings.data_dir / 'secrets').current}"
    }


def rotate_in_a_process(url: str, settings: Settings) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "tests.cloud.orders.rotating", url]
    return subprocess.Popen([*words, str(settings.data_dir / "secrets")], stdout=subprocess.PIPE)
