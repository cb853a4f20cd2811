"""What a valve on a node was told, what it answered, and when that must worry somebody; pure.

A node may be out of reach at any moment. So each order to open carries a short off-timer of the
node's own and is renewed while the lease lasts: a node that hears nothing more shuts by itself.
"""

from dataclasses import dataclass, replace
from typing import Final

from wire.codes import Fault

HOLD_S: Final = 60.0
"""The longest off-timer a node is given: so long may it stay open when all else has failed. The
wired valve or pump before it is shut long before."""
RENEW_S: Final = 20.0
"""Two renewals may be lost before the timer runs out."""
RETRY_S: Final = 5.0
"""An order without an answer is repeated after this."""
CONFIRM_S: Final = 15.0
"""A Zigbee valve on batteries wakes within seconds; the pump must not press on it for longer."""
REST_S: Final = 600.0
"""A shut valve is told to be shut this often: whoever opened it by hand, or a node that forgot."""
AWAY_S: Final = 180.0
"""A router starts anew in two minutes; while a valve is shut, that is no fault."""
MARGIN_S: Final = 5.0
"""For an order on its way, and a node's clock."""


@dataclass(frozen=True, slots=True)
class NodeOrder:
    """Monotonic seconds throughout; a new one stands for a valve of which nothing is known."""

    since: float
    """When the present order was given."""
    wanted: bool = False
    sent_at: float = float("-inf")
    asked_at: float | None = None
    """When the oldest order without an answer was sent."""
    said: bool | None = None
    """The node's last word on itself: open, shut, or none since the order."""
    until: float = 0.0
    """Up to when its off-timer may hold it open."""
    away_since: float | None = None
    """Since when broker or node are not there."""


def begun(now: float) -> NodeOrder:
    """At a start: whatever a former life ordered may still be open."""
    return NodeOrder(since=now, until=now + HOLD_S)


def ordered(order: NodeOrder, now: float, *, to_open: bool) -> NodeOrder:
    """The bank wants it open or shut; the same again changes nothing."""
    if to_open is order.wanted:
        return order
    return replace(
        order, wanted=to_open, since=now, sent_at=float("-inf"), asked_at=None, said=None
    )


def is_due(order: NodeOrder, now: float) -> bool:
    """Whether it must be said (again) now."""
    rest = now - order.sent_at
    if order.asked_at is None:
        return rest >= (RENEW_S if order.wanted else REST_S)
    if order.wanted and order.said is False:
        return False  # somebody shut it there, and may stand before it
    return rest >= RETRY_S


def sent(order: NodeOrder, now: float, seconds: float = 0.0) -> NodeOrder:
    """It was said; `seconds` is the off-timer of an order to open."""
    asked = now if order.asked_at is None else order.asked_at
    until = max(order.until, now + seconds + MARGIN_S) if order.wanted else order.until
    return replace(order, sent_at=now, asked_at=asked, until=until)


def heard(order: NodeOrder, now: float, *, is_open: bool) -> NodeOrder:
    """The node says how it stands: the answer, or the opposite of it."""
    if is_open is order.wanted:
        return replace(order, said=is_open, asked_at=None)
    asked = now if order.asked_at is None else order.asked_at
    return replace(order, said=is_open, asked_at=asked)


def reached(order: NodeOrder, now: float, *, is_there: bool) -> NodeOrder:
    """Whether broker and node are there."""
    if is_there:
        return replace(order, away_since=None)
    return replace(order, away_since=now if order.away_since is None else order.away_since)


def may_be_open(order: NodeOrder, now: float) -> bool:
    """Whether water that flows for others may flow here too."""
    if order.wanted or order.said is not None:
        return order.wanted or order.said is True
    return now < order.until


def trouble(order: NodeOrder, now: float) -> Fault | None:
    """Why the zone must not be watered through it."""
    patience = CONFIRM_S if order.wanted else AWAY_S
    if order.away_since is not None and now - max(order.away_since, order.since) > patience:
        return Fault.VALVE_SILENT
    if order.asked_at is None or now - order.asked_at <= patience:
        return None
    if order.said is not None and order.said is not order.wanted:
        return Fault.VALVE_OPEN if order.said else Fault.VALVE_SHUT
    return Fault.VALVE_SILENT
