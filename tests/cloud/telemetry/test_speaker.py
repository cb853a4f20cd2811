"""What is said to devices: signed where it moves water, and not more often than it helps."""

from dataclasses import dataclass, field

import pytest

from cloud.devices.link import KnownDevice
from cloud.devices.vault import Vault
from cloud.telemetry.batch import Outcome
from cloud.telemetry.speaker import ACK_EVERY_S, Speaker
from tests.cloud.conftest import FixedClock
from tests.cloud.telemetry.sender import EPOCH, NONCE
from wire import backfill, codec, topics
from wire.codes import Op
from wire.messages import Ack, Command, Desired, Go, Reads
from wire.topics import Down

ME = "abcdefghijklmnop"
KEY = bytes(range(32))
VAULT = Vault(bytes(32))
KNOWN = {ME: KnownDevice(ME, 1, VAULT.seal(ME, KEY), "")}


@dataclass
class Ear:
    """Keeps what was sent."""

    heard: list[tuple[str, bytes, int]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Topics under which the broker was asked to keep the message."""

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        self.heard.append((topic, payload, qos))
        self.kept += [topic] if retain else []

    def acks(self) -> list[int]:
        topic = topics.down(ME, Down.ACK)
        return [codec.decode(Ack, body).upto for where, body, _qos in self.heard if where == topic]


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def speaker(ear: Ear, clock: FixedClock) -> Speaker:
    return Speaker(ear, VAULT, clock)


def durable(upto: int) -> Outcome:
    return Outcome(acks={(ME, EPOCH): Ack(e=EPOCH, upto=upto, now=0)})


def test_acknowledgements_are_gathered_to_one_a_second(
    speaker: Speaker, ear: Ear, clock: FixedClock
) -> None:
    for upto in range(1, 6):
        speaker.take(durable(upto), KNOWN)
        speaker.speak()
    assert ear.acks() == [1]
    clock.advance(seconds=ACK_EVERY_S)
    speaker.speak()
    speaker.speak()
    assert ear.acks() == [1, 5]


def test_what_was_held_back_is_said_at_the_end(speaker: Speaker, ear: Ear) -> None:
    speaker.take(durable(1), KNOWN)
    speaker.speak()
    speaker.take(durable(2), KNOWN)
    speaker.flush()
    assert ear.acks() == [1, 2]


def test_an_acknowledgement_tells_the_time_of_its_sending(
    speaker: Speaker, ear: Ear, clock: FixedClock
) -> None:
    speaker.take(durable(1), KNOWN)
    clock.advance(seconds=5)
    speaker.speak()
    assert codec.decode(Ack, ear.heard[0][1]).now == int(clock.now().timestamp() * 1000)


def test_a_birth_is_answered_at_once(speaker: Speaker, ear: Ear) -> None:
    answer = Ack(e=EPOCH, upto=7, nonce=NONCE, now=0)
    speaker.take(durable(6), KNOWN)
    speaker.speak()
    speaker.take(Outcome(births=[(ME, answer)]), KNOWN)
    assert ear.acks() == [6, 7]


def test_before_the_answer_to_a_birth_it_says_what_it_reads(speaker: Speaker, ear: Ear) -> None:
    speaker.take(Outcome(births=[(ME, Ack(e=EPOCH, upto=7, nonce=NONCE, now=0))]), KNOWN)
    said, answered = ear.heard
    assert said[0] == topics.down(ME, Down.READS)
    assert codec.decode(Reads, said[1]).h == backfill.NEWEST
    assert answered[0] == topics.down(ME, Down.ACK)
    assert codec.decode(Ack, ear.heard[1][1]).nonce == NONCE


def test_settings_are_signed_and_kept_by_the_broker(speaker: Speaker, ear: Ear) -> None:
    speaker.desired(KNOWN[ME], Desired(version=1, doc={"zones": {}}))
    ((topic, sent, qos),) = ear.heard
    codec.verify(codec.decode(Desired, sent), topic, KEY)
    assert (topic, qos) == (topics.down(ME, Down.DESIRED), 1)
    assert ear.kept == [topic]


def test_a_go_and_a_command_are_signed_for_their_topic(speaker: Speaker, ear: Ear) -> None:
    speaker.take(Outcome(goes=[(ME, Go(id="0123456789", nonce=NONCE))]), KNOWN)
    stop = Command(id="0123456789", iat=0, exp=1, op=Op.STOP, n=1, by="account")
    speaker.command(KNOWN[ME], stop)
    (go_topic, go, go_qos), (stop_topic, sent, stop_qos) = ear.heard
    codec.verify(codec.decode(Go, go), go_topic, KEY)
    codec.verify(codec.decode(Command, sent), stop_topic, KEY)
    assert (go_topic, stop_topic) == (topics.down(ME, Down.GO), topics.down(ME, Down.CMD))
    assert go_qos == stop_qos == 1
