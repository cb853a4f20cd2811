"""The chain of an audit record: each entry's digest covers the one before it. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

Detail = Mapping[str, str | int]
"""No fractions: two databases must hand back the very same text."""

START: Final = "0" * 64
"""What the first entry of a chain follows."""


class AuditAction(StrEnum):
    """What can be done that somebody may ask about later."""

    LOGGED_IN = "login"
    LOGIN_FAILED = "login.failed"
    LOGIN_LINK_USED = "login.link"
    COMPLAINT_ANSWERED = "complaint.answered"
    PRODUCT_TAKEN_DOWN = "product.taken_down"
    REVIEW_JUDGED = "review.judged"
    REVIEW_ANSWERED = "review.answered"
    REVIEW_REPORTED = "review.reported"
    LOGGED_OUT = "logout"
    LOGIN_CARD = "login.card"
    CARD_REFUSED = "login.card.failed"
    SESSION_ENDED = "session.ended"
    CREDENTIAL_CHANGED = "credential.changed"
    RECOVERY_CONFIRMED = "recovery.confirmed"
    RECOVERED = "recovery.done"
    CARD_ISSUED = "card.issued"
    CARD_REVOKED = "card.revoked"
    PIN_CHANGED = "card.pin"
    WATER = "water"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    CLEAR_FAULT = "clear_fault"
    IDENTIFY = "identify"
    SETTINGS_CHANGED = "settings.changed"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    DIARY_WRITTEN = "diary.written"
    DIARY_CORRECTED = "diary.corrected"
    DIARY_STRUCK = "diary.struck"
    HARVESTED = "lot.harvested"
    LOT_TRANSFORMED = "lot.transformed"
    LOT_LOST = "lot.lost"
    LOT_RECALLED = "lot.recalled"
    PASSPORT_TOLD = "passport.told"
    STAMPS_ISSUED = "stamps.issued"
    STAMPS_ACTIVATED = "stamps.activated"
    STAMPS_VOIDED = "stamps.voided"
    KEYS_ROTATED = "stamps.keys"
    PRODUCT_CREATED = "product.created"
    PRODUCT_LED = "product.led"
    PRODUCT_CHANGED = "product.changed"
    PRODUCTS_IMPORTED = "product.imported"
    SHOP_CHANGED = "shop.changed"
    ACCOUNT_MOVED = "shop.account"
    CERTIFICATE_TOLD = "certificate.told"
    PAPERS_JUDGED = "papers.judged"
    STOCK_CORRECTED = "stock.corrected"
    CHANNEL_CHANGED = "channel.changed"
    CHANNEL_MARKED = "channel.marked"
    ORDER_LED = "order.led"
    ORDERS_TAKEN = "order.taken"
    PARCELS_IMPORTED = "order.parcels"
    ORDER_EXPIRED = "order.expired"
    MONEY_RECORDED = "order.money"
    MONEY_MATCHED = "money.matched"
    MONEY_UNDONE = "money.undone"
    MONEY_IGNORED = "money.ignored"
    MONEY_REFUNDED = "money.refunded"
    MONEY_IMPORTED = "money.imported"
    FEED_CHANGED = "money.feed"
    INVOICE_ISSUED = "invoice.issued"
    COD_REMITTED = "money.cod"
    COD_UNDONE = "money.cod_undone"
    COD_LINKED = "money.cod_linked"
    COD_UNLINKED = "money.cod_unlinked"
    TARIFF_CHANGED = "shipping.tariff"
    PICKUP_OPENED = "shipping.pickup"
    PICKUP_CLOSED = "shipping.pickup_closed"
    CARRIER_CONNECTED = "shipping.carrier"
    CARRIER_DISCONNECTED = "shipping.carrier_gone"
    MEMBER_INVITED = "member.invited"
    INVITATION_WITHDRAWN = "member.withdrawn"
    MEMBER_JOINED = "member.joined"
    MEMBER_ROLE = "member.role"
    MEMBER_REMOVED = "member.removed"
    COOPERATIVE_FOUNDED = "cooperative.founded"
    COOPERATIVE_CHANGED = "cooperative.changed"
    PLACE_ADDED = "place.added"
    PLACE_CHANGED = "place.changed"
    HELP_ASKED = "help.asked"
    HELP_BEGUN = "help.begun"
    HELP_ENDED = "help.ended"
    HELP_WITHDRAWN = "help.withdrawn"
    DEVICE_ASKED = "device.asked"
    DEVICE_JOINED = "device.joined"
    DEVICE_MOVED = "device.moved"
    DEVICE_STRUCK_OFF = "device.struck_off"
    ACCOUNT_RENAMED = "account.name"
    ACCOUNT_RENUMBERED = "account.phone"
    ACCOUNT_ERASED = "account.erased"
    BUYER_ERASED = "buyer.erased"
    RESTORED = "database.restored"
    PRACTICE_BEGUN = "practice.begun"
    PROGRAM_LET_IN = "program.let_in"
    PROGRAM_SHUT_OUT = "program.shut_out"
    EVENTS_CAPTURED = "epcis.captured"
    SUPPLIES_TAKEN = "supplies.taken"
    SUPPLY_REMOVED = "supply.removed"


@dataclass(frozen=True)
class Record:
    """What a digest covers."""

    chain: int
    seq: int
    at: datetime
    actor: int | None
    on_behalf_of: int | None
    action: str
    subject: str
    detail: Detail


@dataclass(frozen=True)
class Break:
    """The first entry of a chain that does not follow the one before it."""

    chain: int
    seq: int


@dataclass(frozen=True)
class End:
    """How far a chain goes."""

    chain: int
    seq: int
    digest: str


def digest(before: str, record: Record) -> str:
    """SHA-256 over the digest before and the record as canonical JSON, hexadecimal."""
    body = json.dumps(
        [
            before,
            record.chain,
            record.seq,
            record.at.astimezone(UTC).isoformat(timespec="microseconds"),
            record.actor,
            record.on_behalf_of,
            record.action,
            record.subject,
            dict(record.detail),
        ],
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return hashlib.sha256(body.encode()).hexdigest()


def check(end: End, entries: Iterable[tuple[Record, str]]) -> Break | None:
    """The first broken link of a chain; an entry missing at its end is one as well."""
    before, wanted = START, 1
    for record, claimed in entries:
        if record.seq != wanted or digest(before, record) != claimed:
            return Break(end.chain, wanted)
        before, wanted = claimed, wanted + 1
    whole = (wanted - 1, before) == (end.seq, end.digest)
    return None if whole else Break(end.chain, wanted)


def root(ends: Iterable[End]) -> str:
    """One digest for the ends of all chains: published, it fixes every entry before it."""
    lines = sorted((end.chain, end.seq, end.digest) for end in ends)
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()
