"""Events of one cooperative in a database, by the thousand, for the bench of EPCIS.

Their bodies are made once for each kind and hold codes that are replaced; their hashes are drawn.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, text
from sqlmodel import Session, func, select

from cloud import bulk
from cloud.db import make_engine, writing
from cloud.epcis import facts
from cloud.epcis.facts import Facts
from cloud.epcis.models import EpcisEvent, EpcisThing
from traceability.epcis.event_hash import prefixes
from traceability.epcis.events import BaseEvent
from traceability.epcis.farm import Lot, Transfer, harvested, shipped, transformed

POPULAR: Final = 5_000
"""Sales of one lot; a tonne in bags of 200 g."""
PLOT: Final = "https://id.gs1.org/414/8935000000007/254/z1"
BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_GTIN: Final = "8935000000007"
_AT_ONCE: Final = 5_000
_MARK: Final = "M0000000"
"""A code of the length of all, to be replaced in a body that was made once."""
_OTHERS: Final = ("M0000001", "M0000002")

Rows = list[dict[str, object]]


def lot(code: str, kilograms: float = 10) -> Lot:
    return Lot.of(_GTIN, code, kilograms)


def load(url: str, count: int, popular: str, owner: int) -> int:
    """Fill up to so many events, and let the database count what it has; how many there are."""
    engine = make_engine(url)
    with Session(engine) as session:
        there = session.exec(select(func.count()).select_from(EpcisEvent)).one()
        last = session.exec(select(func.max(EpcisEvent.id))).one() or 0
    loader = Loader(owner, last)
    waiting: tuple[Rows, Rows] = ([], [])
    for told, codes in loader.season(count - there, popular):
        event, things = loader.rows(told, codes)
        waiting[0].append(event)
        waiting[1].extend(things)
        if len(waiting[0]) >= _AT_ONCE:
            _flush(engine, *waiting)
    _flush(engine, *waiting)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    with Session(engine) as session:
        there = session.exec(select(func.count()).select_from(EpcisEvent)).one()
    engine.dispose()
    return there


class Loader:
    """Events as they lie in the database, of bodies that were made once for each kind."""

    def __init__(self, owner: int, first: int) -> None:
        self._owner = owner
        self._number = first
        self._harvest = self._made(harvested(BEGIN, PLOT, lot(_MARK), _MARK))
        used = [lot(code) for code in _OTHERS]
        self._mixed = self._made(transformed(BEGIN, PLOT, used, [lot(_MARK)]))
        transfer = Transfer("urn:x:seller", "urn:x:buyer", f"urn:x:order:{_MARK}")
        self._sale = self._made(shipped(BEGIN, PLOT, [lot(_OTHERS[0])], transfer))

    @staticmethod
    def _made(event: BaseEvent) -> Facts:
        return facts.of_event(event, prefixes(event.context), event.context, "$")

    def season(self, count: int, popular: str) -> Iterator[tuple[Facts, dict[str, str]]]:
        """Two harvests, what both became, and two sales of that, as often as there is room."""
        for number in range(0, count - POPULAR, 5):
            one, two, both = (code_of(number + place) for place in range(3))
            yield self._harvest, {_MARK: one}
            yield self._harvest, {_MARK: two}
            yield self._mixed, {_MARK: both, _OTHERS[0]: one, _OTHERS[1]: two}
            yield self._sale, {_MARK: code_of(number + 3), _OTHERS[0]: both}
            yield self._sale, {_MARK: code_of(number + 4), _OTHERS[0]: both}
        for number in range(POPULAR):
            yield self._sale, {_MARK: code_of(count + number), _OTHERS[0]: popular}

    def rows(self, told: Facts, codes: dict[str, str]) -> tuple[dict[str, object], Rows]:
        self._number += 1
        drawn = hashlib.sha256(str(self._number).encode()).hexdigest()
        name = f"ni:///sha-256;{drawn}?ver=CBV2.0"
        event: dict[str, object] = {
            "id": self._number,
            "cooperative_id": self._owner,
            "event_id": name,
            "hash": name,
            "declared": False,
            "event_type": told.event_type,
            "event_ms": told.event_ms + self._number * 1_000,
            "recorded_at": BEGIN + timedelta(seconds=self._number),
            "action": told.action,
            "biz_step": told.biz_step,
            "disposition": told.disposition,
            "read_point": told.read_point,
            "biz_location": told.biz_location,
            "body": _replaced(told.body, codes),
        }
        things: Rows = [
            {
                "cooperative_id": self._owner,
                "thing": _replaced(name, codes),
                "part": part.value,
                "event_id": self._number,
            }
            for part, name in told.things
        ]
        return event, things


def _flush(
    engine: Engine, events: list[dict[str, object]], things: list[dict[str, object]]
) -> None:
    with Session(writing(engine)) as session, session.begin():
        bulk.insert_new(session, EpcisEvent, events)
        bulk.insert_new(session, EpcisThing, things)
    events.clear()
    things.clear()


def _replaced(body: str, codes: dict[str, str]) -> str:
    for old, new in codes.items():
        body = body.replace(old, new)
    return body


def code_of(number: int) -> str:
    return f"L{number:07}"
