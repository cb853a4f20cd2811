"""What stands around an attack: a victim, the cloud, a newcomer; and what they see of it.

Nothing is believed that the attacker's own line is told: a broker acknowledges what it drops.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from cloud.broker.address import Login
from cloud.broker.files import MAX_MESSAGE
from cloud.clock import SystemClock
from tests.cloud.rogue.line import Hello, Line
from wire import topics
from wire.topics import Down, Up

ROGUE: Final = Login("roguerogueroguer", "the rogue's own password")
VICTIM: Final = Login("victimvictimvict", "the victim's password")
NEWCOMER: Final = Login("newcomernewcomer", "the newcomer's password")
WORKER: Final = Login("ingest-1", "the worker's password")
PROBE: Final = Login("probe", "the probe's password")


@dataclass(frozen=True)
class Place:
    """A broker, and how long to wait for what may never come from it."""

    port: int
    honest_s: float
    hostile_s: float
    """It may leave a line open that it no longer reads."""


@dataclass
class Scene:
    """One attack's surroundings; its words are marked, lest another attack's be taken for them."""

    place: Place
    mark: str
    stack: ExitStack
    victim: Line
    cloud: Line
    rogues: list[Line] = field(default_factory=list)
    harm: list[str] = field(default_factory=list)

    @property
    def poison(self) -> bytes:
        """What no other may be told."""
        return f"poison {self.mark}.".encode()

    @property
    def secret(self) -> bytes:
        """What the attacker must not read."""
        return f"secret {self.mark}.".encode()

    def knock(self, hello: Hello) -> tuple[Line, bool]:
        """A hostile login, and whether it was let in."""
        line = self.line()
        return line, line.log_in(hello)

    def line(self) -> Line:
        """A hostile connection that has said nothing yet."""
        line = self.stack.enter_context(Line(self.place.port, self.place.hostile_s))
        self.rogues.append(line)
        return line

    def enter(self, hello: Hello | None = None) -> Line:
        """The rogue on its own account, as the broker knows it."""
        line, admitted = self.knock(hello or hello_of(ROGUE))
        assert admitted, "the rogue's own account is good"
        return line

    def victim_leaves(self) -> None:
        """With a session that waits for it; the cloud goes on speaking to it."""
        self.victim.break_off()
        self.victim = self.stack.enter_context(Line(self.place.port))
        assert self.victim.log_in(hello_of(VICTIM, clean=False))
        assert self.victim.subscribe(topics.down_filter(VICTIM.name))
        self.victim.break_off()
        self.cloud.publish(topics.down(VICTIM.name, Down.CMD), self.secret)

    def victim_returns(self) -> None:
        self.victim = self.stack.enter_context(Line(self.place.port))
        self.victim.log_in(hello_of(VICTIM, clean=False))

    def judge(self) -> list[str]:
        """Let the honest ones work on; what went wrong, or nothing when the attack failed."""
        self.cloud.publish(topics.down(VICTIM.name, Down.CMD), self.secret)
        self.victim.publish(topics.up(VICTIM.name, Up.LIVE), self.secret)
        if not self._arrives(self.victim):
            self.harm.append("the victim no longer hears the cloud")
        if not self._arrives(self.cloud):
            self.harm.append("the cloud no longer hears the victim")
        self._look_for_what_was_kept()
        self._look_for_poison()
        self._look_for_leaks()
        with Line(self.place.port) as line:
            if not line.log_in(hello_of(NEWCOMER)):
                self.harm.append("an honest device no longer gets in")
        return self.harm

    def _arrives(self, line: Line) -> bool:
        clock = SystemClock()
        deadline = clock.mono() + self.place.honest_s
        while not any(self.secret in one.payload for one in line.heard):
            if clock.mono() > deadline or not line.ping():
                return False
        return True

    def _look_for_what_was_kept(self) -> None:
        """A broker repeats its retained messages to whoever subscribes anew."""
        self.victim.subscribe(topics.down_filter(VICTIM.name))
        self.cloud.subscribe(topics.UP_FILTER)
        for line in (self.victim, self.cloud, *self.rogues):
            line.ping()

    def _look_for_poison(self) -> None:
        own = f"{topics.ROOT}/{ROGUE.name}/up/"
        if any(self.poison in one.payload for one in self.victim.heard):
            self.harm.append("the victim was told the poison")
        for one in self.cloud.heard:
            if self.poison in one.payload and not one.topic.startswith(own):
                self.harm.append(f"the cloud took the poison for {one.topic}")
            if len(one.payload) > MAX_MESSAGE:
                self.harm.append(f"{len(one.payload)} octets went through")

    def _look_for_leaks(self) -> None:
        heard = [one.topic for line in self.rogues for one in line.heard]
        if heard:
            self.harm.append(f"the rogue was told {sorted(set(heard))}")


def hello_of(login: Login, *, clean: bool = True) -> Hello:
    return Hello(login.name, login.name, login.password, clean=clean)


@contextmanager
def scene(place: Place, mark: str) -> Iterator[Scene]:
    """A victim and a cloud that are in and listen."""
    with ExitStack() as stack:
        victim, cloud = (stack.enter_context(Line(place.port)) for _ in range(2))
        assert victim.log_in(hello_of(VICTIM))
        assert cloud.log_in(hello_of(WORKER))
        assert victim.subscribe(topics.down_filter(VICTIM.name))
        assert cloud.subscribe(topics.UP_FILTER)
        found = Scene(place, mark, stack, victim, cloud)
        yield found
        for line in (found.victim, found.cloud):
            line.leave()  # the next one's come under the same names
