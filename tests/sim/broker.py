"""A broker that keeps sessions and confirms what it takes, and may forget everything at any time.

QoS 1 as MQTT 3.1.1 has it: at least once in one connection, in no order across connections.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from edge.uplink import WINDOW, Confirmed, Connected, Lost, Received, Signal, Signals
from tests.sim.agenda import Agenda
from tests.sim.storm import Storm
from tests.sim.tally import Tally
from wire.identity import Identity
from wire.topics import Up, parse, up

KEEPALIVE_S: Final = 90.0
"""One and a half of the session's keepalive: then even a silent line is known to be dead."""
QUEUED: Final = 1_000
"""Messages for a device that is away; the broker drops what comes beyond."""
REMEMBERED: Final = 200
"""Words to devices that may be heard once more."""


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """Two that say the same are still two."""

    topic: str
    payload: bytes
    qos: int = 1


class DeviceLink:
    """A device's connection as the agent's courier holds it."""

    def __init__(
        self, broker: "Broker", device: str, will: bytes, tell: Callable[[Signal], None]
    ) -> None:
        self.device, self.tell, self.is_over = device, tell, False
        self.will = Message(up(device, Up.WILL), will)
        self.unconfirmed: set[int] = set()
        self._broker, self._mid = broker, 0
        broker.knock(self)

    def publish(self, kind: Up, payload: bytes) -> int | None:
        if self.is_over or len(self.unconfirmed) >= WINDOW:
            return None
        self._mid += 1
        self.unconfirmed.add(self._mid)
        self._broker.carry(self, self._mid, Message(up(self.device, kind), payload))
        return self._mid

    def farewell(self, payload: bytes, _seconds: float) -> None:
        self.publish(Up.WILL, payload)

    def close(self) -> None:
        self.is_over = True
        self._broker.leave(self)

    def signal(self, signal: Signal) -> None:
        if not self.is_over:
            self.is_over = isinstance(signal, Lost)
            self.tell(signal)


class Broker:
    """Between all devices and the one worker; `to_cloud` is where the worker's session ends."""

    def __init__(self, agenda: Agenda, storm: Storm, tally: Tally) -> None:
        self._agenda, self._storm, self._tally = agenda, storm, tally
        self.is_up = True
        self.cut_off: set[str] = set()
        """Devices whose packets get lost both ways."""
        self.held: deque[Message] = deque()
        """For the worker, who has not acknowledged them."""
        self.arrived: Callable[[Message], None] = lambda _message: None
        """Tells the worker's end that something is held."""
        self.began_anew: Callable[[], None] = lambda: None
        self._links: dict[str, DeviceLink] = {}
        self._waiting: dict[str, deque[Message]] = {}
        self._said: deque[Message] = deque(maxlen=REMEMBERED)
        self._stale: deque[Message] = deque(maxlen=REMEMBERED)

    def dial(
        self,
        identity: Identity,
        will: bytes,
        signals: Signals,
        generation: int,
        wake: Callable[[], None],
    ) -> DeviceLink:
        def tell(signal: Signal) -> None:
            signals.put((generation, signal))
            wake()

        return DeviceLink(self, identity.device, will, tell)

    def knock(self, link: DeviceLink) -> None:
        self._agenda.after(self._storm.latency_s(), partial(self._greet, link))

    def leave(self, link: DeviceLink) -> None:
        """In order: the will is void. From a device that is cut off the broker hears nothing."""
        if self._links.get(link.device) is link and link.device not in self.cut_off:
            del self._links[link.device]

    def carry(self, link: DeviceLink, mid: int, message: Message) -> None:
        self._agenda.after(self._storm.latency_s(), partial(self._take, link, mid, message))

    def drop_line(self, device: str, *, silently: bool) -> None:
        """The connection breaks; both ends learn of it, at once or by keepalive."""
        link = self._links.get(device)
        if link is not None:
            self._agenda.after(
                KEEPALIVE_S if silently else 0.0, partial(self._lose, link, "line broken")
            )

    def die_with(self, link: DeviceLink | None) -> None:
        """The device's process or power is gone: the broker finds out and speaks the will."""
        if link is not None:
            link.is_over = True
            self._agenda.after(self._storm.latency_s(), partial(self._lose, link, "peer gone"))

    def say(self, message: Message) -> None:
        """From the worker to a device."""
        if not self.is_up:
            return
        if message.qos:
            self._said.append(message)
        storm, rates = self._storm, self._storm.rates
        if storm.strikes("word lost", rates.lost, message.topic):
            return
        for _ in range(2 if storm.strikes("word doubled", rates.doubled) else 1):
            self._later(message, "word delayed", self._deliver)
        if self._said and storm.strikes("word replayed", rates.replayed):
            old = storm.chance.choice(self._said)
            self._agenda.after(storm.lasts_s(4 * 3600.0), partial(self._deliver, old))

    def forget(self, message: Message) -> None:
        """The worker has acknowledged it; a snapshot on the broker's disk may not know."""
        self._stale.append(message)

    def kill(self, back_s: float) -> None:
        """Sessions, queues and what was confirmed are gone, or an old copy of them comes back."""
        self.is_up = False
        for link in list(self._links.values()):
            link.signal(Lost("broker gone"))
        self._links.clear()
        self._waiting.clear()
        self.held.clear()
        self.began_anew()
        if self._storm.chance.random() < 0.5:
            self.held.extend(self._stale)
        self._agenda.after(back_s, self._rise)

    def redeliver(self) -> None:
        """To a worker that came back: all it has not acknowledged."""
        for message in self.held:
            self.arrived(message)

    def _rise(self) -> None:
        self.is_up = True
        self.redeliver()

    def _reaches(self, link: DeviceLink) -> bool:
        return self.is_up and link.device not in self.cut_off and not link.is_over

    def _greet(self, link: DeviceLink) -> None:
        if not self._reaches(link):
            self._agenda.after(5.0, partial(link.signal, Lost("no broker answers")))
            return
        before = self._links.get(link.device)
        if before is not None:
            self._lose(before, "taken over")
        self._links[link.device] = link
        link.signal(Connected())
        for message in self._waiting.pop(link.device, ()):
            self._deliver(message)

    def _take(self, link: DeviceLink, mid: int, message: Message) -> None:
        if not self._reaches(link) or self._links.get(link.device) is not link:
            return
        storm, rates = self._storm, self._storm.rates
        if not storm.strikes("confirmation lost", rates.confirm_lost, link.device):
            self._agenda.after(storm.latency_s(), partial(self._confirm, link, mid))
        if storm.strikes("row lost", rates.lost, message.topic):
            return
        for _ in range(2 if storm.strikes("row doubled", rates.doubled) else 1):
            self._later(message, "row delayed", self._hold)

    def _confirm(self, link: DeviceLink, mid: int) -> None:
        if self._reaches(link):
            link.unconfirmed.discard(mid)
            link.signal(Confirmed(mid))

    def _later(self, message: Message, kind: str, act: Callable[[Message], None]) -> None:
        storm = self._storm
        if storm.strikes(kind, storm.rates.delayed):
            self._agenda.after(storm.lasts_s(storm.rates.delay_s), partial(act, message))
        else:
            act(message)

    def _hold(self, message: Message) -> None:
        if self.is_up:
            self.held.append(message)
            self.arrived(message)

    def _deliver(self, message: Message) -> None:
        device = parse(message.topic).device
        link = self._links.get(device)
        if link is not None and self._reaches(link):
            self._agenda.after(
                self._storm.latency_s(),
                partial(self._hear, link, message),
            )
        elif message.qos and self.is_up:
            queue = self._waiting.setdefault(device, deque(maxlen=QUEUED))
            queue.append(message)

    def _hear(self, link: DeviceLink, message: Message) -> None:
        if self._reaches(link):
            link.signal(Received(message.topic, message.payload))
        elif message.qos:
            self._deliver(message)

    def _lose(self, link: DeviceLink, why: str) -> None:
        if self._links.get(link.device) is link:
            del self._links[link.device]
            self._hold(link.will)
        link.signal(Lost(why))
