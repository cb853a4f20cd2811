"""Mistakes that a cloud could be designed with, each put in through a seam of the real one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, select

from cloud.orders.desk import Money
from cloud.orders.models import OrderRequest
from cloud.orders.reading import Placed
from cloud.orders.service import place
from cloud.payments import service as payments
from cloud.payments.models import Allocation, BankTxn, Payment
from cloud.payments.service import Said
from cloud.stamps.models import Issuance
from cloud.telemetry.ingest import Post
from cloud.telemetry.reader import Incoming, Ticket
from cloud.telemetry.rules import Received
from tests.sim.centre import Centre
from tests.sim.tap import ROWS, numbers
from tests.sim.traders import Traders
from traceability import token
from traceability.keys import SeasonKey
from wire import codec, topics
from wire.messages import MAX_SEQ, Ack, Ask, Command, Go
from wire.topics import Down, Up, parse

NO_ROW_KEY: Final = (
    "CREATE TABLE loose AS SELECT * FROM sample",
    "DROP TABLE sample",
    "ALTER TABLE loose RENAME TO sample",
)
NO_STOCK_CHECK: Final = (
    "CREATE TABLE loose (variant_id INTEGER PRIMARY KEY, on_hand BIGINT, reserved BIGINT)",
    "ALTER TABLE loose ADD COLUMN waiting BIGINT DEFAULT 0",
    "DROP TABLE stock",
    "ALTER TABLE loose RENAME TO stock",
)
NO_MONEY_KEY: Final = (
    "CREATE TABLE loose (id INTEGER PRIMARY KEY, cooperative_id, payment_id, kind, amount BIGINT)",
    "ALTER TABLE loose ADD COLUMN source TEXT",
    "ALTER TABLE loose ADD COLUMN bank_txn_id INTEGER",
    "ALTER TABLE loose ADD COLUMN remittance_id INTEGER",
    "ALTER TABLE loose ADD COLUMN account_id INTEGER",
    "ALTER TABLE loose ADD COLUMN note TEXT",
    "ALTER TABLE loose ADD COLUMN at DATETIME",
    "DROP TABLE allocation",
    "ALTER TABLE loose RENAME TO allocation",
)
NO_RECORD_GUARD: Final = ("DROP TRIGGER audit_entry_update",)


class _Way:
    """The worker's real way to the broker, with nothing changed."""

    def __init__(self, post: Post, centre: Centre) -> None:
        self._post, self._centre = post, centre

    @property
    def connected(self) -> bool:
        return self._post.connected

    def open(self) -> None:
        self._post.open()

    def close(self) -> None:
        self._post.close()

    def gather(self, patience_s: float) -> list[Incoming]:
        return self._post.gather(patience_s)

    def acknowledge(self, tickets: Sequence[Ticket]) -> None:
        self._post.acknowledge(tickets)

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        self._post.send(topic, payload, qos, retain=retain)


class AckBeforeCommit(_Way):
    """Told to broker and device as soon as it is received, for speed, and never again."""

    def __init__(self, post: Post, centre: Centre) -> None:
        super().__init__(post, centre)
        self._had: defaultdict[tuple[str, str], Received] = defaultdict(Received)

    def gather(self, patience_s: float) -> list[Incoming]:
        batch = super().gather(patience_s)
        for message in batch:
            self._post.acknowledge([message.ticket])
            address = parse(message.topic)
            if isinstance(address.kind, Up) and address.kind in ROWS:
                self._ack(address.device, address.kind, message.payload)
        return batch

    def _ack(self, device: str, kind: Up, payload: bytes) -> None:
        found = sorted(numbers(kind, payload))
        epoch = found[0][0]
        had = self._had[device, epoch].with_ranges([(seq, seq) for _, seq in found])
        self._had[device, epoch] = had
        ack = Ack(e=epoch, n=MAX_SEQ, upto=had.upto, have=(), now=0)
        self._post.send(topics.down(device, Down.ACK), codec.encode(ack), 0)

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        is_ack = parse(topic).kind is Down.ACK
        if not is_ack or codec.decode(Ack, payload).nonce is not None:
            super().send(topic, payload, qos, retain=retain)


class AlwaysYes(_Way):
    """Whoever asks whether a command is still wanted hears yes, whatever the time."""

    def gather(self, patience_s: float) -> list[Incoming]:
        batch = super().gather(patience_s)
        for message in batch:
            address = parse(message.topic)
            if address.kind is Up.ASK:
                ask = codec.decode(Ask, message.payload)
                if self._is_answered(ask.id):
                    self._yes(address.device, ask)
        return batch

    def _is_answered(self, _command: str) -> bool:
        return True

    def _yes(self, device: str, ask: Ask) -> None:
        found = self._centre.reader.execute(
            "SELECT sealed_command_key FROM device WHERE id = ?", (device,)
        ).fetchone()
        topic = topics.down(device, Down.GO)
        key = self._centre.vault.unseal(device, found[0])
        go = codec.sign(Go(id=ask.id, nonce=ask.nonce), topic, key)
        self.send(topic, codec.encode(go), 1)


class YesInTime(AlwaysYes):
    """Until it expires a command is wanted, even if it has been carried out."""

    def _is_answered(self, command: str) -> bool:
        found = self._centre.reader.execute(
            "SELECT expires_at FROM command WHERE public_id = ?", (command,)
        ).fetchone()
        end = datetime.fromisoformat(found[0])
        return self._centre.clock.now().replace(tzinfo=None) < end


_TAKE: Final = "UPDATE stock SET reserved = reserved + :q WHERE variant_id = :v"
_HOLD: Final = """
    INSERT INTO hold (cooperative_id, variant_id, quantity, state, source, changed_at)
    VALUES (1, :v, :q, 'open', :s, '2026-03-02 00:00:00.000000')
"""


class ToldOnce(_Way):
    """A STOP leaves once; the broker has confirmed it, has it not."""

    def __init__(self, post: Post, centre: Centre) -> None:
        super().__init__(post, centre)
        self._told: set[str] = set()

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        if parse(topic).kind is Down.CMD:
            command = codec.decode(Command, payload)
            if command.id in self._told:
                return
            self._told.add(command.id)
        super().send(topic, payload, qos, retain=retain)


class LookFirst(Traders):
    """How much is left is read in one transaction, and taken in the next."""

    def place(self, request: OrderRequest) -> None:
        query = (
            "SELECT s.on_hand - s.reserved, s.variant_id FROM stock s JOIN variant v"
            " ON v.id = s.variant_id JOIN product p ON p.id = v.product_id WHERE p.public_id = ?"
        )
        found = self._desk.centre.reader.execute(query, (request.product,)).fetchone()
        if found is not None and found[0] >= request.quantity:
            take = partial(self._take, found[1], request.quantity)
            self._desk.agenda.after(self._desk.chance.uniform(0.0, 1800.0), take)

    def _take(self, variant: int, quantity: int) -> None:
        with self._desk.centre.quiet.begin() as connection:
            for statement in (_TAKE, _HOLD):
                connection.execute(
                    sa.text(statement), {"q": quantity, "v": variant, "s": self._desk.key()}
                )


class NewKeyEachTime(Traders):
    """The order's key is made when it is sent, not when it is wanted."""

    def make(self, session: Session, request: OrderRequest, now: datetime) -> Placed:
        fresh = request.model_copy(update={"key": self._desk.key()})
        return place(session, fresh, now, simulated=True)


class CountedAgain(Traders):
    """Money is written down as often as its notice comes."""

    def record(self, session: Session, order: str, money: Money, now: datetime) -> None:
        known = select(Allocation).where(Allocation.source == f"manual:{money.key}")
        first = session.exec(known).first()
        super().record(session, order, money, now)
        if first is not None:
            payment = session.get_one(Payment, first.payment_id)
            txn = session.get_one(BankTxn, first.bank_txn_id)
            payments.allocate(session, payment, txn, money.amount, Said(first.source), now)


class Corrected(Traders):
    """An entry of the record is put right after the fact, by one who may write to the table."""

    def counted(self, order: str, money: Money) -> None:
        super().counted(order, money)
        with self._desk.centre.quiet.begin() as connection:
            connection.execute(
                sa.text("UPDATE audit_entry SET subject = 'order:other' WHERE seq = 1")
            )


def by_lot(key: SeasonKey, issuance: Issuance) -> Iterator[str]:
    """Numbered from nought for each lot, not for each issuance."""
    return token.serials(key, issuance.lot_id, range(issuance.quantity))
