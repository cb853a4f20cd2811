"""Stock, money, stamps and the record of deeds, held against what people were told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, select

from cloud.audit import service as audit
from cloud.stamps import keys, service
from cloud.stamps.models import Issuance
from cloud.stamps.service import Press
from tests.sim.centre import Centre
from tests.sim.tally import Tally
from tests.sim.traders import Known
from traceability import token
from traceability.keys import SeasonKey

Serials = Callable[[SeasonKey, Issuance], Iterator[str]]
"""What is printed for an issuance."""


def as_printed(key: SeasonKey, issuance: Issuance) -> Iterator[str]:
    """As `cloud.stamps.service.labels` numbers them."""
    return token.serials(key, issuance.id or 0, range(issuance.quantity))


@dataclass(frozen=True)
class Printing:
    """How stamps come from issuances."""

    press: Press
    serials: Serials


EMPTY: Final = {
    "stock >= 0 and reserved <= stock": """
        SELECT variant_id, on_hand, reserved FROM stock
         WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand""",
    "sum of the ledger = 0 (packs on hand)": """
        SELECT s.variant_id, s.on_hand, sum(m.delta) FROM stock s
          JOIN stock_move m ON m.variant_id = s.variant_id
         GROUP BY s.variant_id HAVING s.on_hand <> sum(m.delta)""",
    "sum of the ledger = 0 (packs set aside)": """
        SELECT s.variant_id, s.reserved, total(h.quantity) FROM stock s
          LEFT JOIN hold h ON h.variant_id = s.variant_id AND h.state = 'open'
         GROUP BY s.variant_id HAVING s.reserved <> total(h.quantity)""",
    "each order holds what it says": """
        SELECT o.public_id FROM orders o JOIN order_line l ON l.order_id = o.id
          LEFT JOIN hold h ON h.source = 'order:' || o.public_id || ':' || l.position
         WHERE h.quantity IS NULL OR h.quantity <> l.quantity""",
    "paid once": """
        SELECT p.id, p.expected, sum(iif(a.kind = 'received', a.amount, -a.amount)) AS kept
          FROM payment p JOIN allocation a ON a.payment_id = p.id
         GROUP BY p.id HAVING kept > p.expected""",
    "an order is expected to be paid once": """
        SELECT o.public_id, count(p.id) FROM orders o LEFT JOIN payment p ON p.order_id = o.id
         GROUP BY o.id HAVING count(p.id) <> 1 OR max(p.expected) <> o.total""",
}
"""Each finds what must not be."""

_PAID: Final = """
    SELECT o.public_id, total(iif(a.kind = 'received', a.amount, -a.amount)) FROM orders o
      JOIN payment p ON p.order_id = o.id LEFT JOIN allocation a ON a.payment_id = p.id
     GROUP BY o.id"""


class TradeBooks:
    """Looks now and then, and at a run's end."""

    def __init__(self, centre: Centre, known: Known, printing: Printing, tally: Tally) -> None:
        self._centre, self._known, self._printing = centre, known, printing
        self._tally = tally
        self._printed: set[str] = set()
        self._stamped = 0

    def look(self) -> None:
        """Cheap enough for every quarter of an hour."""
        for promise, query in EMPTY.items():
            found = self._centre.reader.execute(query).fetchone()
            if found is not None:
                self._tally.broken(promise, str(found[1:]))
        self._orders()
        self._money()
        with Session(self._centre.quiet) as session:
            self._stamps(session)

    def prove(self) -> None:
        """The whole record of deeds, from its start."""
        with Session(self._centre.quiet) as session:
            breaks, unkept = audit.breaks(session), audit.unkept(session)
        if breaks or unkept:
            self._tally.broken("the audit chain verifies", f"{breaks} {unkept}")

    def _orders(self) -> None:
        if self._known.contradicted:
            self._tally.broken("one request, one order", "a key was answered with two orders")
        (made,) = self._centre.reader.execute("SELECT count(*) FROM orders").fetchone()
        if made > len(self._known.intents):
            how = f"{made} orders of {len(self._known.intents)} requests"
            self._tally.broken("one request, one order", how)

    def _money(self) -> None:
        received = dict(self._centre.reader.execute(_PAID).fetchall())
        for order, sightings in self._known.paid.items():
            if received.get(order, 0) < sum(sightings.values()):
                how = f"{received.get(order)} of {sum(sightings.values())} dong are in the books"
                self._tally.broken("sum of the ledger = 0 (money)", how)

    def _stamps(self, session: Session) -> None:
        """Every serial once, and it leads back to its own issuance and place."""
        ring = keys.live(session, self._printing.press.vault)
        for number, quantity in self._known.issued[self._stamped :]:
            issuance = session.exec(select(Issuance).where(Issuance.id == number)).one()
            printed = list(self._printing.serials(ring[issuance.kid], issuance))
            if len(printed) != quantity or self._printed & set(printed):
                self._tally.broken("stamp issued once", f"issuance {number} of {quantity}")
            self._printed |= set(printed)
            found = service.find_stamp(session, self._printing.press.vault, printed[-1])
            if found is None or found.issuance.id != number:
                self._tally.broken("stamp issued once", f"a stamp of {number} leads elsewhere")
            if token.read(printed[-1], ring).index != quantity - 1:
                self._tally.broken("stamp issued once", f"the last of {number} is not the last")
        self._stamped = len(self._known.issued)
