"""The rounds of the service over one house, with channels that keep what they are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.alerts import outbox, post
from cloud.alerts.kinds import Kind, Severity
from cloud.alerts.models import Alert, Channel, Contact
from cloud.alerts.notifier import AwayError, Message
from cloud.alerts.post import Office
from cloud.alerts.rules import Change
from cloud.clock import Clock
from cloud.cooperatives.models import Greenhouse
from cloud.db import writing
from tests.cloud.conftest import FixedClock


@dataclass
class Drawer:
    """A channel that keeps addresses with when they were told, or does not answer."""

    clock: Clock
    away: bool = False
    told: list[tuple[datetime, str, str]] = field(default_factory=list)

    def send(self, address: str, message: Message) -> None:
        if self.away:
            raise AwayError("away")
        self.told.append((self.clock.now(), address, message.topic))

    @property
    def addresses(self) -> list[str]:
        return [address for _at, address, _topic in self.told]


@dataclass
class Town:
    """Time passes by rounds; alerts open as the round over the houses would store them."""

    engine: Engine
    clock: FixedClock
    house: Greenhouse
    drawers: Mapping[Channel, Drawer]

    @classmethod
    def of(cls, engine: Engine, clock: FixedClock, house: Greenhouse) -> "Town":
        return cls(engine, clock, house, {channel: Drawer(clock) for channel in Channel})

    def reach(self, account: int | None, address: str, channel: Channel = Channel.EMAIL) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            session.add(
                Contact(
                    cooperative_id=self.house.cooperative_id,
                    account_id=account or 0,
                    channel=channel,
                    address=address,
                    code="",
                    code_until=self.clock.now(),
                    confirmed_at=self.clock.now(),
                )
            )

    def opens(self, kind: Kind, severity: Severity) -> str:
        now = self.clock.now()
        alert = Alert(
            cooperative_id=self.house.cooperative_id,
            greenhouse_id=cast("int", self.house.id),
            kind=kind,
            severity=severity,
            detail={},
            since=now,
            opened_at=now,
            seen_at=now,
        )
        with Session(writing(self.engine)) as session, session.begin():
            session.add(alert)
            outbox.note(session, [(Change.OPENED, alert)], now)
            return alert.public_id

    def seconds(self, count: int) -> None:
        office = Office(self.drawers, "http://testserver")
        for _round in range(0, count, post.EVERY_S):
            self.clock.advance(seconds=post.EVERY_S)
            now = self.clock.now()
            with Session(writing(self.engine)) as session, session.begin():
                outbox.escalate(session, now)
            post.deliver(self.engine, now, office)
