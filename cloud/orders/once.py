"""Each intention is carried out once, however often its request arrives."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from cloud.orders import rules
from cloud.orders.errors import KeyReused
from cloud.orders.models import IdempotencyKey

_INSERT: Final[Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def claim(session: Session, key: str, body: BaseModel, result: str, now: datetime) -> str:
    """`result` if this request is the first with its key, else what the first one made.

    The database decides who is first: a second request waits here until the first has ended.

    Raises:
        KeyReused: the key came before with another body.
    """
    content = body.model_dump(mode="json", exclude={"key"}, exclude_none=True)
    wanted = rules.fingerprint(content)
    insert = _INSERT[session.get_bind().dialect.name]
    first = session.exec(
        insert(IdempotencyKey)
        .values(key=key, request_hash=wanted, result=result, created_at=now)
        .on_conflict_do_nothing()
    )
    if first.rowcount == 1:
        return result
    row = session.exec(select(IdempotencyKey).where(IdempotencyKey.key == key)).one()
    if row.request_hash != wanted:
        raise KeyReused
    return row.result


def add(session: Session, key: str, results: Sequence[str], now: datetime) -> None:
    """What else the request with this key made; no fingerprint of it is kept twice."""
    session.add_all(
        IdempotencyKey(key=f"{key}.{n:02}", request_hash="", result=one, created_at=now)
        for n, one in enumerate(results)
    )
    session.flush()


def more(session: Session, key: str) -> Sequence[str]:
    """What else the request with this key made, in its order."""
    kept = col(IdempotencyKey.key)
    found = select(IdempotencyKey.result).where(kept > f"{key}.", kept < f"{key}/")
    return session.exec(found.order_by(kept)).all()
