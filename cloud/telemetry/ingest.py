"""The ingest worker: what devices say becomes durable before anyone is told so.

One thread: gather a batch, commit it, acknowledge it to the broker, answer the devices, and see
to commands in between.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Engine

from cloud.clock import Clock
from cloud.db import writing
from cloud.devices import link
from cloud.devices.link import KnownDevice
from cloud.devices.vault import Vault
from cloud.growing import link as growing
from cloud.metrics import Meters
from cloud.telemetry import workers
from cloud.telemetry.batch import Outcome
from cloud.telemetry.commit import DatabaseAway, commit, transaction
from cloud.telemetry.live import Hub
from cloud.telemetry.reader import Incoming, Ticket, sender
from cloud.telemetry.speaker import Outbox, Speaker
from cloud.telemetry.throttle import Throttle
from cloud.telemetry.workers import BEAT_S, Tally
from wire.topics import ROOT

LOOK_S: Final = 0.2
"""A STOP waits at most this long before it leaves; a look costs one indexed read."""
EXPIRE_S: Final = 2.0
SAY_AGAIN_S: Final = 60.0
RETRY_S: Final = 1.0
QUIET_S: Final = 2.0
"""A broker that has sent nothing for so long holds nothing more for an account."""
STUCK_S: Final = 30.0
"""A loop that has not come round for so long is not alive; a batch takes milliseconds."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stores:
    """What the worker works on, and what it counts by."""

    engine: Engine
    vault: Vault
    hub: Hub
    meters: Meters = field(default_factory=Meters)
    name: str = ""
    """Of the worker's account; without one it tells nobody that it lives."""


class Post(Outbox, Protocol):
    """The worker's way to the broker: messages in, which stay there until acknowledged."""

    @property
    def connected(self) -> bool: ...

    def open(self) -> None: ...

    def close(self) -> None: ...

    def gather(self, patience_s: float) -> list[Incoming]: ...

    def acknowledge(self, tickets: Sequence[Ticket]) -> None: ...


class Worker:
    """Runs until told to stop; being killed at any moment loses nothing."""

    def __init__(self, stores: Stores, mailbox: Post, clock: Clock) -> None:
        self._stores = stores
        self._mailbox = mailbox
        self._clock = clock
        self._known: dict[str, KnownDevice] = {}
        self._speaker = Speaker(mailbox, stores.vault, clock, stores.meters.ack_s.observe)
        self._last_round = clock.mono()
        self._last_look = self._last_expiry = self._last_again = clock.mono()
        self._last_beat = clock.mono() - BEAT_S
        self.tally = Tally()
        self._throttle = Throttle()
        self._in_hand: list[Incoming] = []
        self._resent = False

    @property
    def alive(self) -> bool:
        """Whether the loop comes round and the broker is there."""
        return self._mailbox.connected and self._clock.mono() - self._last_round < STUCK_S

    def run(self, stop: threading.Event) -> None:
        self._mailbox.open()
        try:
            while not stop.is_set():
                self._turn(stop)
                self._beat()
        finally:
            self._close()

    def drain(self, stop: threading.Event) -> None:
        """Store what the broker still holds for this account, until it sends nothing more."""
        self._mailbox.open()
        busy_at = self._clock.mono()
        try:
            while not stop.is_set() and self._clock.mono() - busy_at < QUIET_S:
                before = self.tally.messages
                self._turn(stop)
                if self._in_hand or self.tally.messages > before or not self._mailbox.connected:
                    busy_at = self._clock.mono()
        finally:
            self._close()

    def step(self) -> None:
        """One time round; a batch that could not be committed is tried again in the next.

        Raises:
            DatabaseAway: the database takes nothing now.
        """
        if not self._resent:
            self._resend_stops()
        if not self._in_hand:
            self._in_hand = [*map(self._bounded, self._mailbox.gather(LOOK_S))]
        if self._in_hand:
            self._keep(self._in_hand)
            self._in_hand = []
        self._tend_commands()
        self._speaker.speak()

    def _turn(self, stop: threading.Event) -> None:
        self._last_round = self._clock.mono()
        try:
            self.step()
        except DatabaseAway as error:
            _log.warning("the database is away: %s", error.__cause__)
            stop.wait(RETRY_S)

    def _close(self) -> None:
        self._speaker.flush()
        self._mailbox.close()

    def _bounded(self, message: Incoming) -> Incoming:
        device, _, kind = message.topic.removeprefix(f"{ROOT}/").partition("/up/")
        if self._throttle.admits(device, kind, self._clock.mono()):
            return message
        return replace(message, is_excess=True)

    def _beat(self) -> None:
        """Tell that this worker lives; while the database is away nobody can."""
        mono = self._clock.mono()
        if not self._stores.name or mono - self._last_beat < BEAT_S:
            return
        self._last_beat = mono
        try:
            with transaction(writing(self._stores.engine)) as session:
                workers.beat(session, self._stores.name, self.tally, self._clock.now())
        except DatabaseAway as error:
            _log.warning("the database is away: %s", error.__cause__)

    def _keep(self, messages: list[Incoming]) -> None:
        self._get_to_know(messages)
        outcomes = commit(self._stores.engine, messages, self._known, self._clock.now())
        self._count(messages, outcomes)
        self.tally.messages += len(messages)
        self._mailbox.acknowledge([message.ticket for message in messages])
        for outcome in outcomes:
            self._speaker.take(outcome, self._known)
            self._stores.hub.announce(outcome.greenhouses)
            self.tally.rows += outcome.rows
            self.tally.rejected += outcome.rejected
            if outcome.rejected:
                _log.warning("%d messages or rows went to quarantine", outcome.rejected)

    def _count(self, messages: list[Incoming], outcomes: list[Outcome]) -> None:
        meters, mono = self._stores.meters, self._clock.mono()
        meters.batches.inc(len(outcomes))
        meters.rows.inc(sum(outcome.rows for outcome in outcomes))
        meters.rejected.inc(sum(outcome.rejected for outcome in outcomes))
        for message in messages:
            meters.durable_s.observe(mono - message.received)

    def _get_to_know(self, messages: list[Incoming]) -> None:
        """Look up the devices once more when an unknown one speaks: it may be new."""
        if any(sender(message) not in self._known for message in messages):
            with transaction(self._stores.engine) as session:
                self._known = link.known_devices(session)

    def _resend_stops(self) -> None:
        """A worker that died between marking a STOP as sent and sending it never sent it."""
        with transaction(writing(self._stores.engine)) as session:
            link.resend_stops(session)
            growing.resend(session)
            self._known = link.known_devices(session)
        self._resent = True

    def _tend_commands(self) -> None:
        """One look, without a write, at all that may have to leave or to expire."""
        mono, now = self._clock.mono(), self._clock.now()
        if mono - self._last_look < LOOK_S:
            return
        self._last_look = mono
        is_expiry_due = mono - self._last_expiry >= EXPIRE_S
        with transaction(self._stores.engine) as session:
            has_commands = link.has_outgoing(session, now)
            has_settings = growing.has_outgoing(session)
            has_overdue = is_expiry_due and link.has_overdue(session, now)
        if is_expiry_due:
            self._last_expiry = mono
        if has_commands:
            self._publish_commands(now)
        if has_settings:
            self._publish_settings(now)
        if has_overdue:
            self._expire_commands(now)
        if mono - self._last_again >= SAY_AGAIN_S:
            self._last_again = mono
            self._say_again(now)

    def _publish_commands(self, now: datetime) -> None:
        with transaction(writing(self._stores.engine)) as session:
            self._known = link.known_devices(session)
            outgoing = [
                (self._known[command.device_id], link.wire_command(command))
                for command in link.claim_outgoing(session, now)
            ]
        for device, command in outgoing:
            self._speaker.command(device, command)
            self._stores.hub.announce([device.greenhouse_id])

    def _publish_settings(self, now: datetime) -> None:
        with transaction(writing(self._stores.engine)) as session:
            self._known = link.known_devices(session)
            outgoing = growing.claim_outgoing(session, now)
        for device, desired in outgoing:
            self._speaker.desired(self._known[device], desired)

    def _say_again(self, now: datetime) -> None:
        """Settings that a device was told and, though it speaks, has not answered."""
        with transaction(self._stores.engine) as session:
            unanswered = growing.unanswered(session, now)
        if unanswered:
            with transaction(writing(self._stores.engine)) as session:
                growing.say_again(session, unanswered)

    def _expire_commands(self, now: datetime) -> None:
        with transaction(writing(self._stores.engine)) as session:
            devices = link.expire_overdue(session, now)
            self._stores.hub.announce(self._known[device].greenhouse_id for device in devices)
