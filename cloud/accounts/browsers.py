"""Browsers in which an account logged in before: they have tries of their own, and open nothing.

The cookie is what OWASP calls a device cookie; its token is kept only as a hash.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from cloud.accounts.models import KnownBrowser, LoginSession
from cloud.accounts.sessions import hash_token, new_token
from cloud.bulk import insert_new

LIFE: Final = timedelta(days=400)  # what browsers keep a cookie for at most


def knows(session: Session, browser: str | None, account_id: int, now: datetime) -> bool:
    """Whether this account logged in with this browser before."""
    if not browser:
        return False
    known = select(KnownBrowser.id).where(
        KnownBrowser.token_hash == hash_token(browser),
        KnownBrowser.account_id == account_id,
        KnownBrowser.expires_at > now,
    )
    return session.exec(known).first() is not None


def remember(session: Session, browser: str | None, login: str, now: datetime) -> str:
    """Know the browser in which this session began; the token of its cookie."""
    session.exec(delete(KnownBrowser).where(col(KnownBrowser.expires_at) <= now))
    token = browser if browser and _exists(session, browser) else new_token()
    owner = select(LoginSession.account_id).where(LoginSession.token_hash == hash_token(login))
    account_id = session.exec(owner).one()
    row = {"token_hash": hash_token(token), "account_id": account_id, "expires_at": now + LIFE}
    insert_new(session, KnownBrowser, [row])
    session.exec(
        update(KnownBrowser)
        .where(
            col(KnownBrowser.token_hash) == row["token_hash"],
            col(KnownBrowser.account_id) == account_id,
        )
        .values(expires_at=now + LIFE)
    )
    return token


def forget(session: Session, account_id: int, but: str | None = None) -> None:
    """Know no (other) browser of this account: one of them may be in wrong hands."""
    session.exec(
        delete(KnownBrowser).where(
            col(KnownBrowser.account_id) == account_id,
            col(KnownBrowser.token_hash) != hash_token(but or ""),
        )
    )


def _exists(session: Session, browser: str) -> bool:
    """A token that we never gave is not taken: somebody else might know it."""
    given = select(KnownBrowser.id).where(KnownBrowser.token_hash == hash_token(browser))
    return session.exec(given).first() is not None
