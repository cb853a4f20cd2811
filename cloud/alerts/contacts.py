"""Where a person wants to be told: an address, believed once a code sent to it comes back."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cloud.accounts import throttle, tries
from cloud.accounts.tries import Lock
from cloud.alerts.models import Channel, Contact, Notice
from cloud.errors import Conflict, TooMany
from cloud.i18n import _
from cloud.principal import Principal

CODE_LIFE: Final = timedelta(minutes=15)
"""Mail takes its time, and nobody waits for longer with the page open."""
_DIGITS: Final = 6
_MAIL: Final = re.compile(r"[^@\s,;<>\"]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
"""One address and nothing that a mail's head would read as two."""


class BadAddress(Conflict):
    """Mail cannot be sent there."""

    code = "bad_address"
    sentence = _("Địa chỉ thư này chưa đúng. Xem lại dấu @ và dấu chấm.")


def own(session: Session, principal: Principal) -> Contact | None:
    """The caller's address for this cooperative, confirmed or not."""
    return session.exec(
        select(Contact).where(
            Contact.account_id == principal.account_id,
            Contact.cooperative_id == principal.cooperative_id,
            Contact.channel == Channel.EMAIL,
        )
    ).one_or_none()


def ask(session: Session, principal: Principal, address: str, now: datetime) -> None:
    """Send a code to an address; it takes the place of the one before.

    Raises:
        BadAddress: mail cannot be sent there.
        TooMany: this account had so many codes sent that strangers would be pestered.
    """
    address = address.strip()
    if not address.isascii() or not _MAIL.fullmatch(address):
        raise BadAddress
    if not tries.pay(session, (Lock(throttle.CONTACT, (str(principal.account_id),)),), now):
        raise TooMany
    contact = own(session, principal) or Contact(
        cooperative_id=principal.cooperative_id,
        account_id=principal.account_id,
        channel=Channel.EMAIL,
        address=address,
        code="",
        code_until=now,
    )
    contact.address, contact.confirmed_at = address, None
    contact.code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    contact.code_due_at, contact.code_until = now, now + CODE_LIFE
    session.add(contact)


def confirm(session: Session, principal: Principal, code: str, now: datetime) -> bool:
    """Whether this was the code; a wrong one costs a try, an old one is none."""
    contact, lock = own(session, principal), _guesses(principal)
    if contact is None or contact.confirmed_at is not None or contact.code_until <= now:
        return False
    if not tries.pay(session, (lock,), now):
        return False
    if not secrets.compare_digest(contact.code.encode(), code.strip().encode()):
        return False
    tries.fill(session, lock)
    contact.confirmed_at = now
    session.add(contact)
    return True


def leave(session: Session, principal: Principal) -> None:
    """Be told no more."""
    contact = own(session, principal)
    if contact is not None:
        session.exec(delete(Notice).where(col(Notice.contact_id) == contact.id))
        session.delete(contact)


def forget(session: Session, account_id: int) -> None:
    """All addresses of somebody who is erased."""
    theirs = select(Contact.id).where(Contact.account_id == account_id)
    session.exec(delete(Notice).where(col(Notice.contact_id).in_(theirs)))
    session.exec(delete(Contact).where(col(Contact.account_id) == account_id))


def _guesses(principal: Principal) -> Lock:
    return Lock(throttle.CONTACT_CODE, (str(principal.account_id),))
