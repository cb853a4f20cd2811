"""What somebody who owns the broker, or a bad line, can bring to an agent: one class each.

An attacker has every byte that was ever sent, but neither this device's command key nor the
cloud's word that a command is still wanted.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.cloud.bridge.bridge import Bridge
from wire import codec
from wire.codes import Op
from wire.identity import random_id
from wire.messages import Command, Desired, Go
from wire.topics import Down, down

Message = tuple[str, bytes]
STRANGER = "strangerstranger"
FOREIGN_KEY = bytes(range(32))
_NEEDS: dict[Op, dict[str, object]] = {
    Op.WATER: {"zone": "z1", "litres": 8.0, "max_s": 120.0},
    Op.PAUSE: {"for_s": 3600.0},
    Op.STOP: {"n": 10_000},
}
TOO_LATE_S = 11
"""A question is closed by then."""


@dataclass
class Spoils:
    """All that was ever sent down, by kind."""

    commands: list[Message] = field(default_factory=list)
    answers: list[Message] = field(default_factory=list)
    stops: list[Message] = field(default_factory=list)
    settings: list[Message] = field(default_factory=list)
    unanswered: list[Message] = field(default_factory=list)
    """Commands that were lost on the way, or that nobody wants any more."""

    def keep(self, message: Message) -> None:
        topic, body = message
        if topic.endswith(f"/{Down.GO}"):
            self.answers.append(message)
        elif topic.endswith(f"/{Down.DESIRED}"):
            self.settings.append(message)
        elif topic.endswith(f"/{Down.CMD}"):
            is_stop = json.loads(body)["op"] == Op.STOP
            (self.stops if is_stop else self.commands).append(message)


@dataclass
class Attacker:
    """Owns the broker of one device."""

    bridge: Bridge
    spoils: Spoils
    dice: Random

    @property
    def classes(self) -> dict[str, Callable[[], int]]:
        """Each attack by name; it says how many messages it brought."""
        return {
            "replayed command": self.replayed_command,
            "replayed pair": self.replayed_pair,
            "replayed stop": self.replayed_stop,
            "retained at a restart": self.retained_at_a_restart,
            "late answer": self.late_answer,
            "answer before its command": self.answer_before_its_command,
            "no longer wanted": self.no_longer_wanted,
            "forged command": self.forged_command,
            "forged answer": self.forged_answer,
            "altered command": self.altered_command,
            "altered answer": self.altered_answer,
            "another device's": self.another_devices,
            "on the wrong topic": self.on_the_wrong_topic,
            "out of range": self.out_of_range,
            "torn": self.torn,
            "replayed settings": self.replayed_settings,
            "forged settings": self.forged_settings,
        }

    def replayed_command(self) -> int:
        return self._bring(self._one(self.spoils.commands))

    def replayed_pair(self) -> int:
        number = self.dice.randrange(len(self.spoils.answers))
        answer = self.spoils.answers[number]
        wanted = json.loads(answer[1])["id"]
        command = next(c for c in self.spoils.commands if json.loads(c[1])["id"] == wanted)
        return self._bring(command, answer)

    def replayed_stop(self) -> int:
        return self._bring(self._one(self.spoils.stops))

    def retained_at_a_restart(self) -> int:
        rig = self.bridge.rig
        rig.close()
        rig.start()
        brought = self._bring(self._one(self.spoils.commands), self._one(self.spoils.answers))
        self.bridge.seconds(12)  # the valves must prove still before anybody is served
        return brought

    def late_answer(self) -> int:
        """The cloud did say yes, but the line held its word back."""
        self._bring(self._one(self.spoils.unanswered))
        go = self._answer()
        self.bridge.seconds(TOO_LATE_S)
        return 1 + (self._bring(go) if go else 0)

    def answer_before_its_command(self) -> int:
        lost = self._one(self.spoils.unanswered)
        body = {"id": json.loads(lost[1])["id"], "nonce": random_id(), "v": 1}
        early = self._sealed(Go.model_validate(body), FOREIGN_KEY)
        brought = self._bring(early, self._one(self.spoils.answers), lost)
        self.bridge.seconds(TOO_LATE_S)
        return brought

    def no_longer_wanted(self) -> int:
        """A command that was cancelled or has expired; the device asks, the cloud says nothing."""
        self._bring(self._one(self.spoils.unanswered))
        self.bridge.asks()
        self.bridge.deliver(*self.bridge.wire.taken())
        self.bridge.seconds(TOO_LATE_S)
        return 1

    def forged_command(self) -> int:
        return self._bring(*(self._sealed(self._wish(), FOREIGN_KEY) for _ in range(4)))

    def forged_answer(self) -> int:
        """To a question that is really open."""
        self._bring(self._one(self.spoils.unanswered))
        waiting = self.bridge.rig.runtime.uplink._asks
        forged = 0
        while not waiting.empty():
            ask = waiting.get_nowait()
            forged += self._bring(self._sealed(Go(id=ask.id, nonce=ask.nonce), FOREIGN_KEY))
        self.bridge.seconds(TOO_LATE_S)
        return 1 + forged

    def altered_command(self) -> int:
        topic, body = self._one(self.spoils.commands + self.spoils.stops)
        fields = json.loads(body)
        changes = {"id": random_id(), "litres": 40.0, "op": "resume", "n": 10_000, "zone": "z2"}
        name = self.dice.choice(sorted(changes))
        return self._bring((topic, codec.dump({**fields, name: changes[name]})))

    def altered_answer(self) -> int:
        topic, body = self._one(self.spoils.answers)
        self._bring(self._one(self.spoils.unanswered))
        waiting = self.bridge.rig.runtime.uplink._asks
        brought = 1
        while not waiting.empty():
            ask = waiting.get_nowait()
            altered = {**json.loads(body), "id": ask.id, "nonce": ask.nonce}
            brought += self._bring((topic, codec.dump(altered)))
        self.bridge.seconds(TOO_LATE_S)
        return brought

    def another_devices(self) -> int:
        """Written with this device's key for another one's topic, and brought to this one."""
        wish = codec.sign(self._wish(), down(STRANGER, Down.CMD), self._key)
        return self._bring((down(self.bridge.device, Down.CMD), codec.encode(wish)))

    def on_the_wrong_topic(self) -> int:
        _, body = self._one(self.spoils.commands + self.spoils.answers + self.spoils.settings)
        kind = self.dice.choice(list(Down))
        topic, _ = self._one(self.spoils.commands)
        return self._bring((topic.rpartition("/")[0] + f"/{kind}", body))

    def out_of_range(self) -> int:
        """Sealed with the right key, as a cloud gone mad would, yet no message of the contract."""
        odd: dict[str, object] = self.dice.choice(
            [
                {"litres": 1e9},
                {"litres": -5.0},
                {"max_s": 0.0},
                {"op": "open"},
                {"op": "pause", "for_s": 604_801.0},
                {"op": "pause"},
                {"op": "stop"},
                {"n": 5},
                {"v": 2},
                {"valve": 17},
            ]
        )
        topic = down(self.bridge.device, Down.CMD)
        body = {**self._wish(Op.WATER).model_dump(mode="json", exclude_none=True), **odd}
        sealed = {**body, "mac": codec.mac(topic, body, self._key)}
        return self._bring((topic, codec.dump(sealed)))

    def torn(self) -> int:
        topic, body = self._one(self.spoils.commands + self.spoils.answers)
        return self._bring((topic, body[: self.dice.randrange(len(body))]))

    def replayed_settings(self) -> int:
        return self._bring(self._one(self.spoils.settings))

    def forged_settings(self) -> int:
        _, body = self._one(self.spoils.settings)
        fields = json.loads(body)
        newer = Desired(version=fields["version"] + 1_000, doc=fields["doc"])
        topic = down(self.bridge.device, Down.DESIRED)
        altered = codec.dump({**fields, "version": fields["version"] + 1_000})
        return self._bring(self._sealed(newer, FOREIGN_KEY), (topic, altered))

    @property
    def _key(self) -> bytes:
        return bytes.fromhex(self.bridge.rig.identity.command_key)

    def _wish(self, *ops: Op) -> Command:
        op = self.dice.choice(ops or (*_NEEDS, Op.RESUME, Op.CLEAR_FAULT))
        fields = _NEEDS.get(op, {})
        common = {"id": random_id(), "iat": 0, "exp": 2**47, "op": op, "by": "account"}
        return Command.model_validate({**common, **fields})

    def _sealed(self, message: Command | Go | Desired, key: bytes) -> Message:
        kind = {Command: Down.CMD, Go: Down.GO, Desired: Down.DESIRED}[type(message)]
        topic = down(self.bridge.device, kind)
        return topic, codec.encode(codec.sign(message, topic, key))

    def _answer(self) -> Message | None:
        """What a cloud would have said that still wanted it: sealed with the right key."""
        waiting = self.bridge.rig.runtime.uplink._asks
        if waiting.empty():
            return None
        ask = waiting.get_nowait()
        return self._sealed(Go(id=ask.id, nonce=ask.nonce), self._key)

    def _one(self, of: list[Message]) -> Message:
        return self.dice.choice(of)

    def _bring(self, *messages: Message) -> int:
        self.bridge.deliver(*messages)
        self.bridge.seconds(1)
        return len(messages)
