"""What a device that was bought, broken into or made at home may send to the broker."""

from dataclasses import dataclass
from typing import Final, Protocol

from tests.cloud.rogue.line import (
    MQTT_3_1_1,
    MQTT_5,
    Hello,
    Will,
    packet,
    publication,
    sized,
    text,
)
from tests.cloud.rogue.scene import PROBE, ROGUE, VICTIM, WORKER, Scene, hello_of
from wire import topics

RETAIN, DUP, QOS_0, QOS_1, QOS_2 = 0x01, 0x08, 0x00, 0x02, 0x04
MINE, THEIRS = f"vs/1/{ROGUE.name}", f"vs/1/{VICTIM.name}"


class Move(Protocol):
    """What the rogue does; who saw what is judged elsewhere."""

    def play(self, scene: Scene) -> None: ...


@dataclass(frozen=True)
class Publish:
    """Poison on a topic."""

    topic: str
    flags: int = QOS_1

    def play(self, scene: Scene) -> None:
        line = scene.enter()
        line.send(publication(self.topic, scene.poison, self.flags))
        line.ping()


@dataclass(frozen=True)
class Listen:
    """A filter, and what others say afterwards."""

    topic_filter: str

    def play(self, scene: Scene) -> None:
        scene.enter().subscribe(self.topic_filter)


@dataclass(frozen=True)
class ListenAgain:
    """A filter in a session that outlives its connection."""

    topic_filter: str

    def play(self, scene: Scene) -> None:
        line = scene.enter(hello_of(ROGUE, clean=False))
        line.subscribe(self.topic_filter)
        line.break_off()
        scene.enter(hello_of(ROGUE, clean=False)).ping()


@dataclass(frozen=True)
class Testament:
    """Poison as a last will, and a line that breaks; a broker may refuse the login as well."""

    topic: str
    retain: bool = False
    level: int = MQTT_3_1_1

    def play(self, scene: Scene) -> None:
        will = Will(self.topic, scene.poison, self.retain)
        hello = Hello(ROGUE.name, ROGUE.name, ROGUE.password, will, level=self.level)
        line, admitted = scene.knock(hello)
        if admitted:
            line.break_off()


@dataclass(frozen=True)
class Intrude:
    """A login that nobody may be let in by, and what can be read once in."""

    client_id: str
    name: str | None
    password: str | None

    def play(self, scene: Scene) -> None:
        line, admitted = scene.knock(Hello(self.client_id, self.name, self.password))
        if admitted:
            scene.harm.append("it was let in")
            line.subscribe("#")


@dataclass(frozen=True)
class Impersonate:
    """The rogue's own account under another's client id."""

    client_id: str
    clean: bool = True

    def play(self, scene: Scene) -> None:
        hello = Hello(self.client_id, ROGUE.name, ROGUE.password, clean=self.clean)
        line, admitted = scene.knock(hello)
        if admitted:
            line.publish(f"{THEIRS}/up/t", scene.poison)
            line.subscribe(f"{THEIRS}/dn/#")


@dataclass(frozen=True)
class Inherit:
    """The session of a victim that is away, with the orders that wait in it."""

    def play(self, scene: Scene) -> None:
        scene.victim_leaves()
        line, admitted = scene.knock(Hello(VICTIM.name, ROGUE.name, ROGUE.password, clean=False))
        if admitted:
            line.ping()
            line.break_off()
        scene.victim_returns()


@dataclass(frozen=True)
class Alias:
    """A forbidden topic under a number, then the number alone; MQTT 5 has such."""

    topic: str

    def play(self, scene: Scene) -> None:
        hello = Hello(ROGUE.name, ROGUE.name, ROGUE.password, level=MQTT_5)
        line, admitted = scene.knock(hello)
        if admitted:
            alias = b"\x03\x23\x00\x01"
            for topic in (self.topic, ""):
                line.send(packet(0x30, text(topic) + alias + scene.poison))
            line.ping()


@dataclass(frozen=True)
class Stuff:
    """A payload of so many octets on an own topic."""

    octets: int

    def play(self, scene: Scene) -> None:
        times = self.octets // len(scene.poison) + 1
        scene.enter().publish(f"{MINE}/up/t", scene.poison * times)


@dataclass(frozen=True)
class Flood:
    """So many messages at once on an own topic."""

    messages: int

    def play(self, scene: Scene) -> None:
        line = scene.enter()
        line.send(publication(f"{MINE}/up/t", scene.poison, QOS_0) * self.messages)
        line.ping()


@dataclass(frozen=True)
class Crowd:
    """So many connections that say nothing at all."""

    lines: int

    def play(self, scene: Scene) -> None:
        for _ in range(self.lines):
            scene.line()
        scene.rogues.clear()  # nobody waits for their answers


@dataclass(frozen=True)
class Say:
    """Octets that are no MQTT, before the login or after it."""

    octets: bytes
    inside: bool = True

    def play(self, scene: Scene) -> None:
        line = scene.enter() if self.inside else scene.line()
        line.send(self.octets)
        line.break_off()


@dataclass(frozen=True)
class Attack:
    """A name to find it by, and the move."""

    name: str
    move: Move


_WRITES: Final = {
    "another's samples": f"{THEIRS}/up/t",
    "another's events": f"{THEIRS}/up/e",
    "another's backfill": f"{THEIRS}/up/h",
    "another's birth": f"{THEIRS}/up/birth",
    "another's last word": f"{THEIRS}/up/will",
    "another's question": f"{THEIRS}/up/ask",
    "another's command": f"{THEIRS}/dn/cmd",
    "another's go": f"{THEIRS}/dn/go",
    "another's acknowledgement": f"{THEIRS}/dn/ack",
    "another's settings": f"{THEIRS}/dn/des",
    "a command below the own name": f"{MINE}/dn/cmd",
    "all devices by a wildcard": "vs/1/+/up/t",
    "everything by a wildcard": "#",
    "an empty level before": f"/{THEIRS}/up/t",
    "an empty level within": f"{THEIRS}//up/t",
    "the way up and down again": f"{MINE}/up/../../{VICTIM.name}/dn/cmd",
    "the pattern's own letters": "vs/1/%u/up/t",
    "the broker's statistics": "$SYS/broker/uptime",
    "the broker's control": "$CONTROL/dynamic-security/v1",
    "a shared subscription as a topic": f"$share/ingest/{THEIRS}/up/t",
    "no topic at all": "",
}
_READS: Final = {
    "everything": "#",
    "everything below something": "+/#",
    "the whole tree": "vs/#",
    "all commands": "vs/1/+/dn/#",
    "all reports": "vs/1/+/up/#",
    "five levels of anything": "+/+/+/+/+",
    "another's orders": f"{THEIRS}/dn/#",
    "another's command": f"{THEIRS}/dn/cmd",
    "another's reports": f"{THEIRS}/up/#",
    "anybody's way down": f"vs/+/{VICTIM.name}/+/cmd",
    "the broker's statistics": "$SYS/#",
    "a share of everything": "$share/rogue/#",
    "a share of all reports": "$share/rogue/vs/1/+/up/#",
    "the worker's own share": f"$share/ingest/{topics.UP_FILTER}",
    "a share of another's orders": f"$share/rogue/{THEIRS}/dn/#",
    "a queue of everything": "$queue/#",
    "a filter that goes on after its end": f"{MINE}/dn/#/cmd",
    "the pattern's own letters": "vs/1/%u/dn/#",
}
_WILLS: Final = {
    "another's samples": (f"{THEIRS}/up/t", False),
    "another's samples, kept": (f"{THEIRS}/up/t", True),
    "another's last word": (f"{THEIRS}/up/will", False),
    "another's command": (f"{THEIRS}/dn/cmd", False),
    "another's command, kept": (f"{THEIRS}/dn/cmd", True),
    "a command below the own name": (f"{MINE}/dn/cmd", False),
    "everything by a wildcard": ("#", False),
    "the broker's statistics": ("$SYS/broker/uptime", True),
}
_LOGINS: Final = {
    "without a name": (ROGUE.name, None, None),
    "without name and client id": ("", None, None),
    "without a password": (VICTIM.name, VICTIM.name, None),
    "with an empty password": (VICTIM.name, VICTIM.name, ""),
    "with another's name and the own password": (VICTIM.name, VICTIM.name, ROGUE.password),
    "with another's name under the own client id": (ROGUE.name, VICTIM.name, ROGUE.password),
    "as the worker": (WORKER.name, WORKER.name, ROGUE.password),
    "as a second worker": ("ingest-2", "ingest-2", ROGUE.password),
    "as the one who knocks": (PROBE.name, PROBE.name, ""),
    "under a name that is a wildcard": ("+", "+", ROGUE.password),
    "under a name that is a pattern": ("%u", "%u", ROGUE.password),
    "under a name with a level in it": (f"{ROGUE.name}/up", f"{ROGUE.name}/up", ROGUE.password),
    "with the hash for the password": (VICTIM.name, VICTIM.name, "$7$101$"),
}
_NONSENSE: Final = {
    "a publication before the login": (publication(f"{THEIRS}/up/t", b"x"), False),
    "half a login": (b"\x10\x40\x00\x04MQTT\x04", False),
    "a login of another protocol": (packet(0x10, text("HTTP") + b"\x04\x02\x00\x3c"), False),
    "a length without an end": (b"\x10\xff\xff\xff\xff\xff\xff", False),
    "words of the web": (b"GET / HTTP/1.1\r\nHost: broker\r\n\r\n", False),
    "a second login": (packet(0x10, text("MQTT") + b"\x04\x02\x00\x3c" + text("x")), True),
    "a packet of no kind": (packet(0xF0), True),
    "a topic longer than its packet": (b"\x32\x04\xff\xffab", True),
    "a topic that is no text": (packet(0x30, sized(b"\xff\xfe") + b"x"), True),
    "a topic with a zero in it": (packet(0x30, text(f"{MINE}/up/\0t") + b"x"), True),
    "a subscription to nothing": (packet(0x82, b"\x00\x07"), True),
    "a quality of service of three": (publication(f"{MINE}/up/t", b"x", 0x06), True),
    "an acknowledgement of what was never sent": (packet(0x40, b"\xff\xff") * 1_000, True),
}

ATTACKS: Final = (
    *(Attack(f"writes {name}", Publish(topic)) for name, topic in _WRITES.items()),
    *(
        Attack(f"writes {name}, {how}", Publish(topic, flags))
        for name, topic in list(_WRITES.items())[:10:3]
        for how, flags in (
            ("kept", QOS_1 | RETAIN),
            ("unacknowledged", QOS_0),
            ("exactly once", QOS_2),
            ("as if again", QOS_1 | DUP),
        )
    ),
    *(Attack(f"reads {name}", Listen(topic)) for name, topic in _READS.items()),
    Attack("reads everything when it comes back", ListenAgain("#")),
    Attack("reads another's orders when it comes back", ListenAgain(f"{THEIRS}/dn/#")),
    *(Attack(f"leaves to {name}", Testament(*how)) for name, how in _WILLS.items()),
    Attack("leaves to another's command by MQTT 5", Testament(f"{THEIRS}/dn/cmd", level=MQTT_5)),
    Attack("writes another's samples under a number", Alias(f"{THEIRS}/up/t")),
    Attack("writes another's command under a number", Alias(f"{THEIRS}/dn/cmd")),
    *(Attack(f"comes {name}", Intrude(*how)) for name, how in _LOGINS.items()),
    Attack("takes the victim's client id", Impersonate(VICTIM.name)),
    Attack("takes the victim's client id and session", Impersonate(VICTIM.name, clean=False)),
    Attack("takes the worker's client id", Impersonate(WORKER.name)),
    Attack("takes no client id", Impersonate("")),
    Attack("takes a client id that is a wildcard", Impersonate("#")),
    Attack("inherits the orders of who is away", Inherit()),
    Attack("sends 20 MB", Stuff(20_000_000)),
    Attack("sends an octet too many", Stuff(140_000)),
    Attack("sends a topic of 60,000 letters", Publish(f"{MINE}/up/" + "a" * 60_000)),
    Attack("sends a topic of 1,000 levels", Publish(f"{THEIRS}/up" + "/a" * 1_000)),
    Attack("sends 20,000 messages at once", Flood(20_000)),
    Attack("opens 200 lines and says nothing", Crowd(200)),
    *(Attack(f"says {name}", Say(*how)) for name, how in _NONSENSE.items()),
)
