"""What is taken by the read is what paho would have brought one by one, however it is cut."""

import select
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from cloud.telemetry import packets
from cloud.telemetry.bundling import BundlingClient
from cloud.telemetry.packets import Delivery
from tests.edge.broker import BINARY, Broker
from tests.edge.link.authority import Authority, authority

Until = Callable[[Callable[[], bool]], None]

CONNECT, PUBACK = 0x10, b"\x40\x02\x00\x07"
CONNACK, PINGRESP, ENDLESS = b"\x20\x02\x00\x00", b"\xd0\x00", b"\x30\xff\xff\xff\xff\x01"
NAMELESS = b"\x30\x03\x00\x00x"
OVERLONG = b"\x30\x04\x00\x09xx"
READ = 1 << 16
PATIENCE_S = 10.0
MANY = 2_500
WINDOW = 1_000
HELD = 600


def with_length(head: int, body: bytes) -> bytes:
    octets, left = bytearray([head]), len(body)
    while True:
        left, low = divmod(left, 128)
        octets.append(low | (128 if left else 0))
        if not left:
            return bytes(octets) + body


def word(number: int) -> bytes:
    return number.to_bytes(2)


def publish(topic: str, payload: bytes, mid: int, qos: int, flags: int = 0) -> bytes:
    name = topic.encode()
    identifier = word(mid) if qos else b""
    return with_length(0x30 | flags | qos << 1, word(len(name)) + name + identifier + payload) + (
        b"\x62\x02" + word(mid) if qos == 2 else b""
    )


payloads = st.one_of(
    st.binary(max_size=40),
    st.integers(100, 140).map(lambda size: b"." * size),
    st.integers(READ - 40, READ + 40).map(lambda size: b"," * size),
)
published = st.builds(
    publish,
    st.text("vs/1t\u00e9", min_size=1, max_size=20),
    payloads,
    st.integers(1, 65_535),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([0, 1, 8, 9]),
)
streams = st.lists(st.one_of(published, st.just(PINGRESP)), max_size=12).map(b"".join)


class Line:
    """A broker's end of a connection, which says what it is told to."""

    def __init__(self, client: Client) -> None:
        self._client = client
        with socket.create_server(("127.0.0.1", 0)) as door:
            client.connect("127.0.0.1", door.getsockname()[1])
            self._end, _address = door.accept()

    def say(self, octets: bytes) -> None:
        self._end.sendall(octets)
        self._hear(PATIENCE_S)
        while self._hear(0):
            pass

    def break_off(self) -> None:
        self._end.close()
        self._hear(PATIENCE_S)

    def heard(self) -> bytes:
        """What the client has said since the last look."""
        return self._end.recv(READ)

    def close(self) -> None:
        self._end.close()
        self._client.disconnect()

    def _hear(self, patience_s: float) -> bool:
        line = self._client.socket()
        if not isinstance(line, socket.socket):
            return False
        readable, _, _ = select.select([line], [], [], patience_s)
        if readable:
            self._client.loop_read()
        return bool(readable)


def plain(found: list[Delivery]) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, manual_ack=True)
    client.on_message = lambda _client, _data, message: found.append(
        Delivery(message.topic, bytes(message.payload), message.mid, message.qos)
    )
    return client


def bundling(found: list[Delivery]) -> BundlingClient:
    client = BundlingClient(CallbackAPIVersion.VERSION2, manual_ack=True)
    client.deliver_to(found.extend)
    return client


def heard(make: Callable[[list[Delivery]], Client], said: Sequence[bytes]) -> list[Delivery]:
    found: list[Delivery] = []
    line = Line(make(found))
    for octets in said:
        line.say(octets)
    line.close()
    return found


def pieces(octets: bytes, cuts: Sequence[int]) -> list[bytes]:
    places = [0, *sorted({place % len(octets) for place in cuts} - {0}), len(octets)]
    return [octets[a:b] for a, b in pairwise(places)]


@settings(max_examples=40, deadline=None)
@given(streams, st.lists(st.integers(0, 1 << 20), max_size=8))
def test_it_hears_what_paho_hears_wherever_a_read_ends(stream: bytes, cuts: list[int]) -> None:
    said = pieces(CONNACK + stream, cuts)
    assert heard(bundling, said) == heard(plain, said)


@given(streams, st.integers(0, 1 << 20))
def test_a_packet_is_cut_whole_or_not_at_all(stream: bytes, cut: int) -> None:
    whole, end = packets.cut(stream)
    part, place = packets.cut(stream[:cut])
    assert part == whole[: len(part)]
    assert place <= min(cut, end)
    again, last = packets.cut(stream, place)
    assert (part + again, last) == (whole, end)


@given(st.lists(st.tuples(st.text("vs/1t\u00e9", min_size=1, max_size=200), payloads), max_size=9))
def test_what_is_mentioned_reads_as_it_was_said(words: list[tuple[str, bytes]]) -> None:
    octets = b"".join(packets.mention(topic, payload) for topic, payload in words)
    said = [Delivery(topic, payload, mid=0, qos=0) for topic, payload in words]
    assert packets.cut(octets) == (said, len(octets))


@given(st.binary(max_size=60))
def test_no_nonsense_is_cut_beyond_its_end(octets: bytes) -> None:
    found, end = packets.cut(octets)
    assert end <= len(octets)
    assert sum(len(one.payload) + 4 for one in found) <= end


@pytest.mark.parametrize("nonsense", [ENDLESS, NAMELESS, OVERLONG, b"\x00\x00"])
def test_nonsense_ends_the_connection_and_takes_nothing_with_it(nonsense: bytes) -> None:
    before = publish("vs", b"1", 1, 1)
    found: list[Delivery] = []
    client = bundling(found)
    line = Line(client)
    line.say(CONNACK + before + nonsense + before)
    assert [one.payload for one in found] == [b"1"]
    assert client.socket() is None
    line.close()


def test_a_name_that_is_no_text_ends_nothing() -> None:
    message = with_length(0x32, word(2) + b"\xff\xfe" + word(7) + b"x")
    assert [one.mid for one in heard(bundling, [CONNACK, message, *pieces(message, [3])])] == [
        7,
        7,
    ]


def test_a_line_that_breaks_is_told_to_paho() -> None:
    client = bundling([])
    line = Line(client)
    line.say(CONNACK)
    assert client.is_connected()
    line.break_off()
    assert not client.is_connected()


def test_a_broker_that_has_not_let_us_in_hears_its_greeting_only() -> None:
    client = bundling([])
    line = Line(client)
    client.confirm([7])
    client.mention([("vs", b"x")])
    greeting = line.heard()
    assert (greeting[0], greeting[1] + 2) == (CONNECT, len(greeting))
    line.say(CONNACK)
    client.confirm([7])
    assert line.heard() == PUBACK
    client.mention([("vs", b"x")])
    assert line.heard() == publish("vs", b"x", mid=0, qos=0)
    line.close()


def test_a_message_is_a_sign_of_life() -> None:
    client = bundling([])
    line = Line(client)
    line.say(CONNACK)
    before = client._last_bytes_received
    line.say(publish("vs", b"1", 1, 1))
    assert client._last_bytes_received > before
    line.close()


@dataclass(frozen=True)
class Place:
    """A broker, and the authority that its certificate is of."""

    port: int
    ca: Path | None

    def reach(self, client: Client) -> None:
        if self.ca is not None:
            client.tls_set(str(self.ca))
        client.connect("127.0.0.1", self.port)
        client.loop_start()


class Session:
    """A session at a real broker that is left and taken up again."""

    def __init__(self, place: Place) -> None:
        self.found: list[Delivery] = []
        self._answered = threading.Event()
        self._client = BundlingClient(
            CallbackAPIVersion.VERSION2, client_id="us", clean_session=False, manual_ack=True
        )
        self._client.deliver_to(self.found.extend)
        self._client.on_connect = lambda client, *_rest: client.subscribe("vs/#", qos=1)
        self._client.on_subscribe = lambda *_rest: self._answered.set()
        self._confirmed = 0
        place.reach(self._client)

    def payloads(self) -> list[bytes]:
        return [one.payload for one in self.found]

    def confirm(self, upto: int) -> None:
        self._client.confirm(one.mid for one in self.found[self._confirmed : upto])
        self._confirmed = upto

    def has(self, count: int) -> bool:
        """All so far confirmed, whether there are so many."""
        self.confirm(len(self.found))
        return len(self.found) >= count

    def await_answer(self) -> None:
        assert self._answered.wait(PATIENCE_S)
        self._answered.clear()

    def leave(self) -> None:
        """Not before the broker has read all: who closes with more to read resets the line."""
        self._client.subscribe("vs/#", qos=1)
        self.await_answer()
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    ours: Authority | None = request.param
    ca, lines = tmp_path / "ca.pem", ["max_inflight_messages 1000", "max_queued_messages 10000"]
    if ours is not None:
        ca.write_text(ours.pem, "ascii")
        lines += ours.listener(tmp_path)
    broker = Broker(tmp_path, lines=tuple(lines))
    yield Place(broker.port, ca if ours else None)
    broker.kill()


def speak(place: Place, sent: Sequence[bytes]) -> None:
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(WINDOW)
    place.reach(client)
    for info in [client.publish("vs/t", payload, qos=1) for payload in sent]:
        info.wait_for_publish(PATIENCE_S)
    client.disconnect()
    client.loop_stop()


@pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
@pytest.mark.parametrize("place", [None, authority("ours")], indirect=True, ids=["clear", "tls"])
def test_what_was_not_confirmed_comes_again_and_nothing_else(place: Place, until: Until) -> None:
    sent = [b"%d" % number + b"." * 300 for number in range(MANY)]
    first = Session(place)
    first.await_answer()
    speak(place, sent)
    until(lambda: len(first.found) >= WINDOW)
    first.confirm(HELD)
    first.leave()
    assert first.payloads() == sent[: len(first.found)]
    second = Session(place)
    second.await_answer()
    until(lambda: second.has(MANY - HELD))
    second.leave()
    assert second.payloads() == sent[HELD:]
