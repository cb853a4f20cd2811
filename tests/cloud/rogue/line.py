"""One connection that speaks MQTT by the octet, so that it can say what no library says."""

import contextlib
import socket
import struct
from collections.abc import Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

CONNACK: Final = 2
PUBLISH: Final = 3
PUBACK: Final = 4
PUBREC: Final = 5
SUBACK: Final = 9
PINGRESP: Final = 13

PATIENCE_S: Final = 10.0
MQTT_3_1_1: Final = 4
MQTT_5: Final = 5
_WILL, _WILL_QOS_1, _WILL_RETAIN = 0x04, 0x08, 0x20
_CLEAN, _NAME, _PASSWORD = 0x02, 0x80, 0x40


@dataclass(frozen=True)
class Heard:
    """A message that was delivered."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Will:
    """What the broker is to say when the line breaks."""

    topic: str
    payload: bytes
    retain: bool = False


@dataclass(frozen=True)
class Hello:
    """A login as it is claimed; a name or password of None is left out of the packet."""

    client_id: str
    name: str | None
    password: str | None
    will: Will | None = None
    clean: bool = True
    level: int = MQTT_3_1_1


class Line:
    """Reads while it waits, answers what needs an answer, and keeps what it heard."""

    def __init__(self, port: int, patience_s: float = PATIENCE_S) -> None:
        self.heard: list[Heard] = []
        self._left = b""
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._socket.settimeout(patience_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def log_in(self, hello: Hello) -> bool:
        """Whether the broker lets it in."""
        self.send(connect(hello))
        answer = self.await_packet({CONNACK})
        return answer is not None and answer[1:2] == b"\0"

    def subscribe(self, topic_filter: str) -> bool:
        """Whether the broker says that it will deliver."""
        self.send(packet(0x82, struct.pack("!H", 7) + text(topic_filter) + b"\1"))
        answer = self.await_packet({SUBACK})
        return answer is not None and answer[2:] != b"\x80"

    def publish(self, topic: str, payload: bytes, flags: int = 0x02) -> bool:
        """Whether it is acknowledged; `flags` are those of the packet's first octet."""
        self.send(publication(topic, payload, flags))
        return self.await_packet({PUBACK, PUBREC}) is not None

    def ping(self) -> bool:
        """Whether the broker still answers this line; it has read all that was sent before."""
        self.send(packet(0xC0))
        return self.await_packet({PINGRESP}) is not None

    def break_off(self) -> None:
        """Gone without a goodbye; returns when the broker has noticed."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self.await_packet(())

    def leave(self) -> None:
        """With a goodbye; returns when the broker has noticed."""
        self.send(packet(0xE0))
        self.break_off()

    def send(self, octets: bytes) -> None:
        """A broker that hangs up in the middle is noticed by whoever waits for its answer."""
        with contextlib.suppress(OSError):
            self._socket.sendall(octets)

    def await_packet(self, kinds: Collection[int]) -> bytes | None:
        """The body of the next packet of such a kind; None where the broker hung up or hangs."""
        while True:
            found = self._packet()
            if found is None:
                return None
            first, body = found
            if first >> 4 == PUBLISH:
                self._take(first, body)
            elif first >> 4 in kinds:
                return body

    def _take(self, first: int, body: bytes) -> None:
        (length,) = struct.unpack_from("!H", body)
        topic, rest = body[2 : 2 + length], body[2 + length :]
        if first & 0x06:
            self.send(packet(0x40, rest[:2]))
            rest = rest[2:]
        self.heard.append(Heard(topic.decode(errors="replace"), rest))

    def _packet(self) -> tuple[int, bytes] | None:
        try:
            first, length, shift = self._read(1)[0], 0, 0
            while True:
                octet = self._read(1)[0]
                length |= (octet & 0x7F) << shift
                shift += 7
                if not octet & 0x80:
                    return first, self._read(length)
        except OSError:
            return None

    def _read(self, count: int) -> bytes:
        while len(self._left) < count:
            more = self._socket.recv(1 << 16)
            if not more:
                raise ConnectionResetError
            self._left += more
        found, self._left = self._left[:count], self._left[count:]
        return found


def connect(hello: Hello) -> bytes:
    more = b"\0" if hello.level >= MQTT_5 else b""  # no properties
    flags, fields = _CLEAN if hello.clean else 0, more + text(hello.client_id)
    if hello.will is not None:
        flags |= _WILL | _WILL_QOS_1 | (_WILL_RETAIN if hello.will.retain else 0)
        fields += more + text(hello.will.topic) + sized(hello.will.payload)
    for value, flag in ((hello.name, _NAME), (hello.password, _PASSWORD)):
        if value is not None:
            flags, fields = flags | flag, fields + text(value)
    start = text("MQTT") + bytes([hello.level, flags]) + struct.pack("!H", 60)
    return packet(0x10, start + fields)


def publication(topic: str, payload: bytes, flags: int = 0x02) -> bytes:
    """A publication with identifier 9 where its quality of service asks for one."""
    identifier = struct.pack("!H", 9) if flags & 0x06 else b""
    return packet(0x30 | flags, text(topic) + identifier + payload)


def packet(first: int, body: bytes = b"") -> bytes:
    length, octets = len(body), bytearray([first])
    while True:
        length, low = divmod(length, 128)
        octets.append(low | (0x80 if length else 0))
        if not length:
            return bytes(octets) + body


def text(value: str) -> bytes:
    return sized(value.encode())


def sized(octets: bytes) -> bytes:
    return struct.pack("!H", len(octets)) + octets
