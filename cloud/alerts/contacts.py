"""Where a person wants to be told: an address, believed once a code sent to it comes back.

A chat is known only when its owner writes first, so there the code goes the other way: a page
shows it and its reader sends it to the bot. A browser speaks for itself.
"""

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.accounts import throttle, tries
from cloud.accounts.tries import Lock
from cloud.alerts.models import Channel, Contact, HearsOf, Notice
from cloud.alerts.web_push import Browser
from cloud.cooperatives.models import Farm
from cloud.errors import Conflict, TooMany
from cloud.i18n import _
from cloud.principal import Principal
from cloud.scope import find, scoped

CODE_LIFE: Final = timedelta(minutes=15)
"""Mail takes its time, and nobody waits for longer with the page open."""
_DIGITS: Final = 6
_MAIL: Final = re.compile(r"[^@\s,;<>\"]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
"""One address and nothing that a mail's head would read as two."""
_GROUP: Final = re.compile(r"[A-Za-z0-9_-]{4,64}")
_CODE: Final = re.compile(rf"(?<!\d)\d{{{_DIGITS}}}(?!\d)", re.ASCII)
BROWSERS: Final = 5
"""Of one person: the telephone, the old telephone, the computer in the office."""


class BadAddress(Conflict):
    """Mail cannot be sent there."""

    code = "bad_address"
    sentence = _("Địa chỉ thư này chưa đúng. Xem lại dấu @ và dấu chấm.")


class BadGroup(Conflict):
    """No group is called so."""

    code = "bad_group"
    sentence = _("Mã nhóm này chưa đúng. Chỉ có chữ và số.")


def own(
    session: Session, principal: Principal, channel: Channel = Channel.EMAIL
) -> Contact | None:
    """The caller's address for this cooperative, confirmed or not; of a browser the first."""
    return session.exec(_own(principal, channel)).first()


def all_own(session: Session, principal: Principal) -> Sequence[Contact]:
    """All of the caller's addresses for this cooperative, confirmed or not."""
    own = select(Contact).where(_of(principal)).order_by(col(Contact.id))
    return session.exec(own).all()


def ask(
    session: Session,
    principal: Principal,
    address: str,
    now: datetime,
    channel: Channel = Channel.EMAIL,
) -> None:
    """Send a code to an address; it takes the place of the one before.

    Raises:
        BadAddress: mail cannot be sent there.
        BadGroup: no group is called so.
        TooMany: this account had so many codes sent that strangers would be pestered.
    """
    address = address.strip()
    if channel is Channel.EMAIL and (not address.isascii() or not _MAIL.fullmatch(address)):
        raise BadAddress
    if channel is Channel.GROUP and not _GROUP.fullmatch(address):
        raise BadGroup
    contact = _renewed(session, principal, channel, address, now)
    contact.code_due_at = now


def invite(session: Session, principal: Principal, now: datetime) -> None:
    """Make a code that the caller sends to the bot; their chat takes the place of the one before.

    Raises:
        TooMany: this account asked for so many.
    """
    _renewed(session, principal, Channel.ZALO, "", now)


def arrived(session: Session, chat: str, text: str, now: datetime) -> bool:
    """Somebody wrote to the bot: whether that was a code of a page, which makes the chat theirs.

    Guessing costs the chat a try, and none of a person's.
    """
    found = _CODE.search(text)
    lock = Lock(throttle.CONTACT_CODE, (chat,))
    if found is None or not tries.pay(session, (lock,), now):
        return False
    contact = session.exec(
        select(Contact).where(
            Contact.channel == Channel.ZALO,
            Contact.code == found[0],
            col(Contact.confirmed_at).is_(None),
            Contact.code_until > now,
        )
    ).first()
    if contact is None:
        return False
    tries.fill(session, lock)
    contact.address, contact.code, contact.confirmed_at = chat, "", now
    contact.code_due_at = now  # that it worked is said in the chat
    session.add(contact)
    return True


def confirm(
    session: Session,
    principal: Principal,
    code: str,
    now: datetime,
    channel: Channel = Channel.EMAIL,
) -> bool:
    """Whether this was the code; a wrong one costs a try, an old one is none."""
    contact, lock = own(session, principal, channel), _guesses(principal)
    if contact is None or contact.confirmed_at is not None or contact.code_until <= now:
        return False
    if contact.channel is Channel.ZALO or not tries.pay(session, (lock,), now):
        return False
    if not secrets.compare_digest(contact.code.encode(), code.strip().encode()):
        return False
    tries.fill(session, lock)
    contact.confirmed_at = now
    session.add(contact)
    return True


def add_browser(session: Session, principal: Principal, browser: Browser, now: datetime) -> None:
    """Tell this browser; whoever used it before is told there no more.

    Raises:
        TooMany: one account has so many browsers added that a service would be pestered.
    """
    if not tries.pay(session, (Lock(throttle.CONTACT, (str(principal.account_id),)),), now):
        raise TooMany
    _drop(session, col(Contact.address).startswith(f"{browser.endpoint} ", autoescape=True))
    older = session.exec(_own(principal, Channel.PUSH)).all()
    _drop(session, col(Contact.id).in_([one.id for one in older[: 1 - BROWSERS]]))
    session.add(
        Contact(
            cooperative_id=principal.cooperative_id,
            account_id=principal.account_id,
            channel=Channel.PUSH,
            address=browser.address,
            code="",
            code_until=now,
            confirmed_at=now,
        )
    )


def leave(session: Session, principal: Principal, channel: Channel = Channel.EMAIL) -> None:
    """Be told no more by this channel; of browsers by none."""
    _drop(session, _of(principal) & (col(Contact.channel) == channel))


def hears_of(session: Session, principal: Principal) -> set[int]:
    """The farms the caller chose; none is all."""
    own = select(HearsOf.farm_id).where(HearsOf.account_id == principal.account_id)
    return set(session.exec(own))


def farms(session: Session, principal: Principal) -> Sequence[Farm]:
    """Those among which the caller may choose."""
    return session.exec(scoped(select(Farm), principal).order_by(col(Farm.id))).all()


def choose(session: Session, principal: Principal, chosen: Collection[str]) -> None:
    """Hear of these farms only; of none named, of all.

    Raises:
        NotFound: one of them is not the cooperative's.
    """
    wanted = {find(session, Farm, one, principal).id for one in chosen}
    within = [one.id for one in farms(session, principal)]
    mine = col(HearsOf.account_id) == principal.account_id
    session.exec(delete(HearsOf).where(mine, col(HearsOf.farm_id).in_(within)))
    for farm in wanted:
        session.add(HearsOf(account_id=principal.account_id, farm_id=farm or 0))


def forget(session: Session, account_id: int) -> None:
    """All addresses of somebody who is erased."""
    _drop(session, col(Contact.account_id) == account_id)
    session.exec(delete(HearsOf).where(col(HearsOf.account_id) == account_id))


def _renewed(
    session: Session, principal: Principal, channel: Channel, address: str, now: datetime
) -> Contact:
    """The caller's contact, unconfirmed, with a fresh code."""
    if not tries.pay(session, (Lock(throttle.CONTACT, (str(principal.account_id),)),), now):
        raise TooMany
    contact = own(session, principal, channel) or Contact(
        cooperative_id=principal.cooperative_id,
        account_id=principal.account_id,
        channel=channel,
        address="",
        code="",
        code_until=now,
    )
    contact.address, contact.confirmed_at, contact.code_due_at = address, None, None
    contact.code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    contact.code_until = now + CODE_LIFE
    session.add(contact)
    return contact


def _of(principal: Principal) -> ColumnElement[bool]:
    mine = col(Contact.account_id) == principal.account_id
    return mine & (col(Contact.cooperative_id) == principal.cooperative_id)


def _own(principal: Principal, channel: Channel) -> SelectOfScalar[Contact]:
    own = select(Contact).where(_of(principal), Contact.channel == channel)
    return own.order_by(col(Contact.id))


def _drop(session: Session, which: ColumnElement[bool]) -> None:
    """Contacts, with what was still to be told there."""
    theirs = select(Contact.id).where(which)
    session.exec(delete(Notice).where(col(Notice.contact_id).in_(theirs)))
    session.exec(delete(Contact).where(which))


def _guesses(principal: Principal) -> Lock:
    return Lock(throttle.CONTACT_CODE, (str(principal.account_id),))
