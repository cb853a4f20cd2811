"""A paho client that takes what has come in one read and confirms a batch in one write.

Paho asks the system for each octet of a packet's head, wakes its thread for each confirmation and
writes four octets at a time, and both threads contend for the interpreter. MQTT wants the order
kept [MQTT-4.6.0-2], not packets apart. Everything but whole messages is paho's as ever: the
session, the pings, the encryption, and whatever a read cuts in two.
"""

import contextlib
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from paho.mqtt.client import Client, MQTTMessage, time_func
from paho.mqtt.enums import MQTTErrorCode

from cloud.telemetry import packets
from cloud.telemetry.packets import Delivery

_PUBACK: Final = 0x40  # MQTT 3.1.1, section 3.4
_FORM: Final = struct.Struct("!BBH")
_REST: Final = 2
_SURELY: Final = 1
_AT_ONCE: Final = 1 << 16
"""Octets of one read, 200 messages: more would keep pings and answers waiting."""
_DONE: Final = MQTTErrorCode.MQTT_ERR_SUCCESS

Take = Callable[[Sequence[Delivery]], None]


class BundlingClient(Client):
    """Hands paho's queue of packets several in one piece, and takes messages by the read."""

    _take: Take | None = None
    _octets = b""
    _at = 0

    def deliver_to(self, take: Take) -> None:
        """Who gets all messages, instead of `on_message`; in order, by paho's thread."""
        self._take = take
        self.on_message = lambda _client, _userdata, message: take([_delivery(message)])

    def confirm(self, mids: Iterable[int]) -> None:
        """Tell the broker that these messages are taken, in this order."""
        self._say(b"".join(_FORM.pack(_PUBACK, _REST, mid) for mid in mids))

    def mention(self, words: Iterable[tuple[str, bytes]]) -> None:
        """Publish these at level 0, in this order: nobody confirms them."""
        self._say(b"".join(packets.mention(topic, payload) for topic, payload in words))

    def _say(self, octets: bytes) -> None:
        """As if it were one confirmation, after which paho expects nothing.

        Not to a broker that has not let us in: it must hear CONNECT first [MQTT-3.1.0-1], and it
        brings again what was not confirmed.
        """
        if octets and self.is_connected():
            self._packet_queue(_PUBACK, octets, 0, _SURELY)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Receive once, take the messages in it, and let paho read all the rest of it."""
        if self._take is None:
            return super().loop_read(max_packets)
        self._octets, self._at = b"", 0
        with contextlib.suppress(OSError):  # paho meets it again, and knows what it means
            self._octets = super()._sock_recv(_AT_ONCE)
        if not self._octets:
            return super().loop_read(max_packets)
        code = _DONE
        while code == _DONE and self._has_octets():
            if not self._is_amid_a_packet():
                self._take_messages(self._take)
            if self._has_octets():
                code = super().loop_read(max_packets)
        return code

    def _sock_recv(self, bufsize: int) -> bytes:
        """What paho reads: of what was received, and no more than that until the next time."""
        if not self._octets:
            return super()._sock_recv(bufsize)
        if not self._has_octets():
            raise BlockingIOError
        found = self._octets[self._at : self._at + bufsize]
        self._at += len(found)
        return found

    def _take_messages(self, take: Take) -> None:
        found, self._at = packets.cut(self._octets, self._at)
        if not found:
            return
        with self._msgtime_mutex:  # else paho would ask, amid a backlog, whether the broker lives
            self._last_bytes_received = time_func()
        take(found)

    def _has_octets(self) -> bool:
        return self._at < len(self._octets)

    def _is_amid_a_packet(self) -> bool:
        return self._in_packet["command"] != 0


def _delivery(message: MQTTMessage) -> Delivery:
    """A message that paho has put together; a name that is no text is no topic of ours."""
    try:
        topic = message.topic
    except UnicodeDecodeError:
        topic = ""
    return Delivery(topic, bytes(message.payload), message.mid, message.qos)
