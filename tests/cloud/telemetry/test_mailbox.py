"""Back-pressure: a worker that cannot keep up leaves the broker, and comes back for all of it."""

from collections.abc import Callable, Iterator

import pytest

from cloud.broker import plan
from cloud.clock import SystemClock
from cloud.settings import Settings
from cloud.telemetry.mailbox import Bounds, Mailbox
from tests.cloud.telemetry.radio import Radio
from wire import topics
from wire.topics import Down, Up

MESSAGES = 60
TIGHT = Bounds(messages=5, patience_s=0.2)
"""Longer than from one look to the next, or it would leave before anything is confirmed."""

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def mailbox(radio: Radio, settings: Settings, until: Until) -> Iterator[Mailbox]:
    assert radio.address.port
    mailbox = Mailbox(plan.access_of(settings, "ingest-1"), SystemClock(), bounds=TIGHT)
    mailbox.open()
    until(lambda: radio_reaches(radio, mailbox))
    yield mailbox
    mailbox.close()


def radio_reaches(radio: Radio, mailbox: Mailbox) -> bool:
    """Knock: a broker has nowhere to keep what comes before its first worker."""
    radio.send(radio.me.raw(Up.LIVE, b"knock"))
    return bool(take(mailbox))


def take(mailbox: Mailbox) -> list[bytes]:
    found = mailbox.gather(0.1)
    mailbox.acknowledge([message.ticket for message in found])
    return [message.payload for message in found]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_cannot_keep_up_leaves_and_comes_back_for_everything(
    mailbox: Mailbox, radio: Radio, until: Until
) -> None:
    sent = {str(number).encode() for number in range(MESSAGES)}
    for payload in sent:
        radio.send(radio.me.raw(Up.LIVE, payload))
    until(lambda: not mailbox.connected)
    heard: set[bytes] = set()

    def has_all() -> bool:
        heard.update(take(mailbox))
        return sent <= heard

    until(has_all)
    until(lambda: mailbox.connected)
    radio.send(radio.me.raw(Up.LIVE, b"as before"))
    until(lambda: b"as before" in take(mailbox))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_nobody_confirms_leaves_with_the_next_look_or_the_farewell(
    mailbox: Mailbox, radio: Radio, until: Until
) -> None:
    topic = topics.down(radio.me.device, Down.ACK)
    said = [b"%d" % number for number in range(MESSAGES)]
    for payload in said[:-1]:
        mailbox.send(topic, payload, 0)
    mailbox.gather(0.0)
    until(lambda: radio.payloads(Down.ACK) == said[:-1])
    mailbox.send(topic, said[-1], 0)
    mailbox.close()
    until(lambda: radio.payloads(Down.ACK) == said)
