"""Cards that let a farmer in: printed by a manager, opened with the PIN their owner chose.

The card alone opens nothing and neither does the PIN; who prints the card never learns the PIN.
"""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import update
from sqlmodel import Session, col, select

from cloud.accounts import browsers, sessions, throttle, tries
from cloud.accounts.hashes import Checked, Hashes
from cloud.accounts.models import Account, LoginSession
from cloud.accounts.sessions import Way, hash_token
from cloud.accounts.tries import Lock
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cards import rules
from cloud.cards.models import CardForm, EntryCard, NewPinForm
from cloud.cooperatives.models import Farm, Membership
from cloud.errors import Conflict, NotFound
from cloud.i18n import _
from cloud.principal import Principal, Role
from cloud.scope import find, scoped

CARD_LIFE: Final = timedelta(days=400)
"""A year and the days in which the next one is printed."""


_TOKEN_OCTETS: Final = 20
"""160 bits; in base32 their QR code is small enough for a card, with modules a camera sees."""


class NotAFarmer(Conflict):
    """A card opens a farm, no office."""

    code = "card_for_farmers"
    sentence = _("Thẻ chỉ dành cho nông dân. Việc khác thì dùng mật khẩu.")


class BadPin(Conflict):
    """Not six digits, not the same twice, or one that is guessed first."""

    code = "bad_pin"
    sentence = _("Mã PIN cần 6 số khó đoán, gõ hai lần giống nhau.")


@dataclass(frozen=True)
class Card:
    """A card as the manager sees it."""

    id: str
    farm: str
    failures: int
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Holder:
    """Whose cards they are, and for which farms there may be more."""

    id: str
    name: str
    phone: str
    farmer: bool
    cards: Sequence[Card]
    farms: Sequence[Farm]


@dataclass(frozen=True)
class Printed:
    """A fresh card: its token is in no other place."""

    token: str
    name: str
    farm: str
    expires_at: datetime


@dataclass(frozen=True)
class Knock:
    """A PIN that was paid for: the card, the hash to try, and what it cost."""

    card_id: int
    kept: str
    locks: tuple[Lock, ...]


def holder(session: Session, principal: Principal, member: str, now: datetime) -> Holder:
    account, membership = _member(session, principal, member)
    return Holder(
        id=account.public_id,
        name=account.name,
        phone=account.phone,
        farmer=membership.role is Role.FARMER,
        cards=_cards(session, principal, membership.account_id, now),
        farms=session.exec(scoped(select(Farm), principal).order_by(col(Farm.name))).all(),
    )


def issue(
    session: Session,
    principal: Principal,
    member: str,
    form: CardForm,
    hashes: Hashes,
    now: datetime,
) -> Printed:
    """A new card; it takes the place of an older one for the same person and farm.

    Raises:
        NotAFarmer: the member has another role.
        BadPin: the PIN is none, or would be guessed.
    """
    account, membership = _member(session, principal, member)
    farm = find(session, Farm, form.farm, principal)
    if membership.role is not Role.FARMER:
        raise NotAFarmer
    _demand_good(form, account)
    older = (EntryCard.account_id == account.id, EntryCard.farm_id == farm.id)
    _revoke(session, session.exec(select(EntryCard).where(*older)).all(), now)
    token = b32encode(secrets.token_bytes(_TOKEN_OCTETS)).decode()
    card = EntryCard(
        cooperative_id=principal.cooperative_id,
        account_id=membership.account_id,
        farm_id=cast("int", farm.id),
        token_hash=hash_token(token),
        pin_hash=hashes.make(form.pin),
        created_at=now,
        expires_at=now + CARD_LIFE,
    )
    session.add(card)
    session.flush()
    subject = f"account:{account.public_id}"
    deed = Deed(AuditAction.CARD_ISSUED, subject, {"card": card.public_id, "farm": farm.public_id})
    audit.note(session, principal, deed, now)
    return Printed(token, account.name, farm.name, card.expires_at)


def revoke(session: Session, principal: Principal, public_id: str, now: datetime) -> str:
    """Take a card out of use and end what it opened; whose it was."""
    card = find(session, EntryCard, public_id, principal)
    _revoke(session, [card], now)
    account = session.get_one(Account, card.account_id)
    deed = Deed(AuditAction.CARD_REVOKED, f"account:{account.public_id}", {"card": public_id})
    audit.note(session, principal, deed, now)
    return account.public_id


def revoke_again(session: Session, public_id: str, now: datetime) -> None:
    """A backup brought back a card that had been taken out of use."""
    card = session.exec(select(EntryCard).where(EntryCard.public_id == public_id)).one_or_none()
    if card is None or card.expires_at <= now:
        return
    _revoke(session, [card], now)
    account = session.get_one(Account, card.account_id)
    deed = Deed(AuditAction.CARD_REVOKED, f"account:{account.public_id}", {"card": public_id})
    audit.append(session, card.cooperative_id, None, deed, now)


def own(session: Session, principal: Principal, now: datetime) -> Sequence[Card]:
    """The cards that a person may use, on the farm they came in to or on all of theirs."""
    return _cards(session, principal, principal.account_id, now)


def own_knock(
    session: Session, principal: Principal, public_id: str, browser: str, now: datetime
) -> Knock | None:
    """Pay for one old PIN of one's own card; None where there were too many.

    Raises:
        NotFound: no such card, or another person's.
    """
    card = find(session, EntryCard, public_id, principal)
    if card.account_id != principal.account_id or card.expires_at <= now:
        raise NotFound
    locks = _own_locks(card, browser)
    paid = tries.pay(session, locks, now)
    return Knock(cast("int", card.id), card.pin_hash, locks) if paid else None


def knock_here(
    session: Session, principal: Principal, token: str, browser: str, now: datetime
) -> Knock | None:
    """Pay for one PIN of the card by which this browser came in; None where there were too many.

    Raises:
        NotFound: it came in by another way, or its card is used no more.
    """
    here = select(EntryCard.public_id).join(
        LoginSession, col(LoginSession.card_id) == col(EntryCard.id)
    )
    found = session.exec(here.where(LoginSession.token_hash == hash_token(token))).first()
    if found is None:
        raise NotFound
    return own_knock(session, principal, found, browser, now)


def prove(session: Session, knock: Knock, token: str, now: datetime) -> str:
    """The fresh token of a browser in which the right PIN was just shown once more.

    A card is a farmer's, so this opens the settings of one farm's zones, and nothing else.
    """
    _forgive(session, knock)
    return sessions.prove(session, token, now)


def change_pin(
    session: Session, knock: Knock, form: NewPinForm, token: str, hashes: Hashes, now: datetime
) -> None:
    """Another PIN for a card whose old one was right; whoever else came in by it is out.

    Raises:
        BadPin: the new one is none, or would be guessed.
    """
    card = session.get_one(EntryCard, knock.card_id)
    account = session.get_one(Account, card.account_id)
    _demand_good(form, account)
    _forgive(session, knock)
    card.pin_hash, card.failures = hashes.make(form.pin), 0
    session.flush()
    sessions.end_by_cards(session, [knock.card_id], but=token)
    deed = Deed(AuditAction.PIN_CHANGED, f"card:{card.public_id}")
    audit.append(session, card.cooperative_id, account.id, deed, now)


def owner(session: Session, token: str, now: datetime) -> str | None:
    """The name on a card that is in use."""
    card = _valid(session, token, now)
    return session.get_one(Account, card.account_id).name if card else None


def knock(
    session: Session, token: str, network: str, browser: str | None, now: datetime
) -> Knock | None:
    """Pay for one PIN; None where there were too many, or no such card."""
    card = _valid(session, token, now)
    if card is None:
        return None
    known = browsers.knows(session, browser, card.account_id, now)
    locks = _own_locks(card, browser or "") if known else _strange_locks(card, network)
    paid = tries.pay(session, locks, now)
    return Knock(cast("int", card.id), card.pin_hash, locks) if paid else None


def enter(session: Session, knock: Knock, checked: Checked, now: datetime) -> str | None:
    """A new session's token for the right PIN."""
    card = session.get_one(EntryCard, knock.card_id)
    account = session.get_one(Account, card.account_id)
    if not checked.right or not account.active or card.expires_at <= now:
        card.failures += 1
        deed = Deed(AuditAction.CARD_REFUSED, f"card:{card.public_id}")
        audit.append(session, card.cooperative_id, None, deed, now)
        return None
    _forgive(session, knock)
    card.failures = 0
    card.pin_hash = checked.renewed or card.pin_hash
    way = Way(AuditAction.LOGIN_CARD, card.cooperative_id, card.id, card.farm_id)
    return sessions.start(session, account, way, now)


def _cards(
    session: Session, principal: Principal, account_id: int, now: datetime
) -> Sequence[Card]:
    found = scoped(select(EntryCard), principal).where(
        EntryCard.account_id == account_id, EntryCard.expires_at > now
    )
    return [
        Card(
            id=one.public_id,
            farm=session.get_one(Farm, one.farm_id).name,
            failures=one.failures,
            created_at=one.created_at,
            expires_at=one.expires_at,
        )
        for one in session.exec(found.order_by(col(EntryCard.id)))
    ]


def _demand_good(form: CardForm | NewPinForm, account: Account) -> None:
    if not rules.is_pin(form.pin) or form.pin != form.again or rules.weak(form.pin, account.phone):
        raise BadPin


def _forgive(session: Session, knock: Knock) -> None:
    """A right PIN costs nothing, and its place may slip as often again."""
    tries.give_back(session, knock.locks)
    for lock in knock.locks:
        if lock.limit is throttle.CARD_PAIR:
            tries.fill(session, lock)


def _member(session: Session, principal: Principal, public_id: str) -> tuple[Account, Membership]:
    row = session.exec(
        select(Account, Membership)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(
            Account.public_id == public_id,
            Membership.cooperative_id == principal.cooperative_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _valid(session: Session, token: str, now: datetime) -> EntryCard | None:
    """The card of this token while it is in use, and its owner a farmer there."""
    return session.exec(
        select(EntryCard)
        .join(
            Membership,
            (col(Membership.account_id) == EntryCard.account_id)
            & (col(Membership.cooperative_id) == EntryCard.cooperative_id),
        )
        .where(
            EntryCard.token_hash == hash_token(token),
            EntryCard.expires_at > now,
            Membership.role == Role.FARMER,
        )
    ).one_or_none()


def _own_locks(card: EntryCard, browser: str) -> tuple[Lock, ...]:
    """In a browser of its owner a card has tries that no stranger can use up."""
    parts = (card.public_id, browser)
    return (Lock(throttle.CARD_PAIR, parts), Lock(throttle.CARD_SEASON, parts))


def _strange_locks(card: EntryCard, network: str) -> tuple[Lock, ...]:
    return (
        Lock(throttle.NETWORK, (network,)),
        Lock(throttle.CARD_PAIR, (card.public_id, network)),
        Lock(throttle.CARD, (card.public_id,)),
        Lock(throttle.CARD_SEASON, (card.public_id,)),
    )


def _revoke(session: Session, cards: Sequence[EntryCard], now: datetime) -> None:
    ids = [cast("int", card.id) for card in cards]
    valid = (col(EntryCard.id).in_(ids), col(EntryCard.expires_at) > now)
    session.exec(update(EntryCard).where(*valid).values(expires_at=now))
    sessions.end_by_cards(session, ids)
