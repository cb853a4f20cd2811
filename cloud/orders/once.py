"""Each intention is carried out once, however often its request arrives."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from pydantic import BaseModel
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

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
    content = body.model_dump(mode="json", exclude={"key"})
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
