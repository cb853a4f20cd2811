"""What people said yes to: never taken for granted, provable, and withdrawn by erasing.

Law 91/2025/QH15 and Decree 356/2025/NĐ-CP: a consent is given by an act, can be shown, and is
never the default.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlmodel import Session, col, select

from cloud.accounts.models import Consent

NOTICE: Final = "2026-11-30"
"""Version of `privacy/notice.html`; other words there are a new version here."""


def give(session: Session, account_id: int, language: str, now: datetime) -> None:
    consent = Consent(account_id=account_id, notice=NOTICE, language=language, given_at=now)
    session.add(consent)
    session.flush()


def withdraw(session: Session, account_id: int, now: datetime) -> None:
    session.exec(
        update(Consent)
        .where(col(Consent.account_id) == account_id, col(Consent.withdrawn_at).is_(None))
        .values(withdrawn_at=now)
    )


def given(session: Session, account_id: int) -> Sequence[Consent]:
    found = select(Consent).where(Consent.account_id == account_id)
    return session.exec(found.order_by(col(Consent.id))).all()
