"""The confirm handshake: what the cloud asks for is done only if it says so again, fresh.

command → ask with a nonce → go within 10 s of this machine's own clock → done once. Late,
replayed, forged or repeated messages do nothing. STOP alone needs no answer: its counter does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wire import codec
from wire.codes import EventKind, Op, Refusal
from wire.errors import MacError
from wire.messages import Ask, Command, Go
from wire.topics import Down, down

ANSWER_S: Final = 10.0
"""How long a question stays open: longer than any round trip, shorter than a change of mind."""
MAX_PENDING: Final = 16
"""Questions open at once; a flood of commands must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Shut everything now and hold; unless it is older than the last, or `seen` before."""

    n: int
    id: str
    seen: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Wanted a second ago: carry it out, once."""

    command: Command


@dataclass(frozen=True, slots=True)
class Told:
    """Nothing to do but to tell the cloud."""

    kind: EventKind
    id: str
    reason: Refusal


Verdict = Stop | Confirmed | Told | Ask | None


@dataclass(frozen=True, slots=True)
class _Question:
    command: Command
    nonce: str
    asked_at: float


class Desk:
    """Open questions, in memory only: a restart forgets them, so nothing old can be confirmed."""

    def __init__(
        self, device: str, key: bytes, is_seen: Callable[[str], bool], nonce: Callable[[], str]
    ) -> None:
        self._device, self._key = device, key
        self._is_seen, self._nonce = is_seen, nonce
        self._open: dict[str, _Question] = {}

    def command(self, command: Command, net: float) -> Verdict:
        """Take a command; it moves nothing yet, unless it is STOP."""
        if not self._written_by_cloud(command, Down.CMD):
            return Told(EventKind.COMMAND_REJECTED, command.id, Refusal.BAD_MAC)
        if command.op is Op.STOP:
            self._open.clear()
            return Stop(command.n or 0, command.id, self._is_seen(command.id))
        if self._is_seen(command.id):
            return Told(EventKind.COMMAND_DUPLICATE, command.id, Refusal.DUPLICATE)
        if len(self._open) >= MAX_PENDING:
            return Told(EventKind.COMMAND_REJECTED, command.id, Refusal.BUSY)
        question = _Question(command, self._nonce(), net)
        self._open[command.id] = question
        return Ask(id=command.id, nonce=question.nonce)

    def go(self, go: Go, net: float) -> Verdict:
        """Take an answer; only the one to the newest question about a command counts."""
        question = self._open.get(go.id)
        if question is None or question.nonce != go.nonce:
            return None
        if not self._written_by_cloud(go, Down.GO):
            return None
        del self._open[go.id]
        if not 0 <= net - question.asked_at < ANSWER_S:
            return Told(EventKind.COMMAND_EXPIRED, go.id, Refusal.EXPIRED)
        return Confirmed(question.command)

    def overdue(self, net: float) -> list[Told]:
        """Questions nobody answered in time, now closed."""
        late = [
            id_
            for id_, question in self._open.items()
            if not 0 <= net - question.asked_at < ANSWER_S
        ]
        for id_ in late:
            del self._open[id_]
        return [Told(EventKind.COMMAND_EXPIRED, id_, Refusal.EXPIRED) for id_ in late]

    def _written_by_cloud(self, message: Command | Go, kind: Down) -> bool:
        try:
            codec.verify(message, down(self._device, kind), self._key)
        except MacError:
            return False
        return True
