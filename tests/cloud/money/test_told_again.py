"""Whatever the bank's services tell again, in any order or all at once, changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from cloud.db import new_public_id, writing
from cloud.money import intake
from cloud.orders import reading, service
from cloud.orders.models import OrderEvent, OrderRequest
from cloud.orders.reading import Placed
from cloud.payments.models import Allocation, BankTxn, Payment, Provider, Scheme
from cloud.payments.rules import PaymentState
from cloud.payments.telling import Told
from cloud.products.service import Listing
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.money import test_payos, test_sepay
from tests.cloud.money.test_queue import ordered
from tests.cloud.orders.test_ordering import body

AGAIN = 10
ORDERS = 3
Send = Callable[[Placed], None]


@dataclass(frozen=True)
class Line:
    """One service that tells of transfers, and one product whose orders are paid."""

    stall: Stall
    shelf: Listing
    send: Send

    def order(self) -> Placed:
        wanted = body(self.shelf, key=f"order-{new_public_id()}")
        with (
            Session(writing(self.stall.engine), expire_on_commit=False) as session,
            session.begin(),
        ):
            request = OrderRequest.model_validate(wanted)
            return service.place(session, request, START, simulated=False)


@pytest.fixture(params=[Scheme.HMAC, Scheme.PAYOS])
def line(
    request: pytest.FixtureRequest, stall: Stall, settings: Settings, client: TestClient
) -> Line:
    del client.headers["Origin"]
    talk = _sepay if request.param is Scheme.HMAC else _payos
    return Line(stall, stall.offer(packs=5_000), talk(stall, settings, client))


def _sepay(stall: Stall, settings: Settings, client: TestClient) -> Send:
    address = test_sepay.feed(stall, settings, Scheme.HMAC)

    def send(placed: Placed) -> None:
        octets = test_sepay.notice(placed, id=placed.payment.id, referenceCode=placed.payment.code)
        headers = test_sepay.signed(octets, int(START.timestamp()))
        assert client.post(address, content=octets, headers=headers).status_code == 200

    return send


def _payos(stall: Stall, settings: Settings, client: TestClient) -> Send:
    address = test_payos.feed(stall, settings)

    def send(placed: Placed) -> None:
        changed: test_payos.Data = {"reference": placed.payment.code}
        octets = test_payos.notice(placed, changed=changed)
        assert client.post(address, content=octets, headers=test_payos.JSON).status_code == 200

    return send


def books(session: Session, placed: Sequence[Placed]) -> Mapping[str, tuple[PaymentState, int]]:
    """What each order has of its money, and how many lines say so."""
    told: dict[str, tuple[PaymentState, int]] = {}
    for one in placed:
        lines = select(func.count()).where(Allocation.payment_id == one.payment.id)
        state = reading.placed(session, one.order.public_id).payment_state
        told[one.payment.code] = (state, session.exec(lines).one())
    return told


@settings(
    max_examples=6,
    deadline=None,  # a database on a loaded machine keeps no time
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(st.integers(0, ORDERS - 1), max_size=AGAIN))
def test_in_any_order_and_however_often_each_transfer_counts_once(
    line: Line, told: Sequence[int]
) -> None:
    placed = [line.order() for _ in range(ORDERS)]
    for n in told:
        line.send(placed[n])
    with Session(line.stall.engine) as session:
        assert books(session, placed) == {
            one.payment.code: (PaymentState.PAID, 1) if n in told else (PaymentState.UNPAID, 0)
            for n, one in enumerate(placed)
        }
        assert waiting(session) == 0


def waiting(session: Session) -> int:
    """Transfers that no line speaks of."""
    spoken = select(Allocation.bank_txn_id)
    return session.exec(select(func.count()).where(col(BankTxn.id).not_in(spoken))).one()


@pytest.mark.parametrize("provider", [Provider.SEPAY, Provider.PAYOS])
def test_ten_times_at_the_same_moment_is_once(stall: Stall, provider: Provider) -> None:
    placed = ordered(stall)
    owner = stall.seeded.manager.principal.cooperative_id
    money = Told("FT1", 70_000, incoming=True, content=placed.payment.code, at=START)
    together = Barrier(AGAIN)

    def hear(_again: int) -> int:
        together.wait(timeout=30)
        with Session(writing(stall.engine)) as session, session.begin():
            return intake.take(session, owner, provider, [money], START).new

    with ThreadPoolExecutor(AGAIN) as pool:
        assert sum(pool.map(hear, range(AGAIN))) == 1
    with Session(stall.engine) as session:
        assert books(session, [placed]) == {placed.payment.code: (PaymentState.PAID, 1)}
        assert session.exec(select(func.count()).select_from(BankTxn)).one() == 1
        paid = select(func.count()).where(OrderEvent.what == "money")
        assert session.exec(paid).one() == 1
        assert session.exec(select(Payment.expected)).one() == 70_000
