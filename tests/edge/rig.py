"""The real agent on simulated pins, moved second by second by a test."""

import json
from pathlib import Path

from edge.config_file import load
from edge.hardware.sensors import LOCK_STEP, Buses
from edge.runtime import Runtime, build
from edge.store import Store
from edge.zones import ZoneKeeper
from firmware_sim.pins import SimFactory
from tests.edge.fakes import BOARD, HandClock
from wire import codec
from wire.codes import EventKind, Op
from wire.identity import Identity, new_identity
from wire.messages import Ask, Command, Desired, DesiredDoc, Go, Message, ZoneSettings
from wire.settings import desired
from wire.topics import Down, down

PUMP, METER = 5, 6
VALVES = {"z1": 17, "z2": 27}
DRY, WET, BROKEN = 480, 330, 0
"""Counts of a probe: in dry and in moist substrate, and of a cut wire."""
PULSES_PER_S = 30
"""4 L/min through a meter of 450 pulses per litre, the zones' nominal flow."""
NOWHERE = ("mqtt://127.0.0.1:1",)
ASKED_S = 10.0
"""A question comes at once, or in the next turn of another thread."""


class Rig:
    """A greenhouse with two zones; two probes in z1, none in z2."""

    def __init__(
        self,
        folder: Path,
        brokers: tuple[str, ...] = NOWHERE,
        *,
        more: str = "",
        buses: Buses = LOCK_STEP,
        ca: str | None = None,
    ) -> None:
        self.buses = buses
        self.board = folder / "hardware.toml"
        self.board.write_text(BOARD + more, encoding="utf-8")
        self.store_path = folder / "edge.db"
        self.identity: Identity = new_identity(brokers, simulated=True, ca=ca)
        self.clock = HandClock()
        self.raw = WET
        self.flows = True
        self.pins = SimFactory(lambda _channel: self.raw)
        self.runtime = self.start()

    def start(self) -> Runtime:
        """Power comes (again)."""
        self.runtime = build(
            load(self.board), self.identity, self.clock, self.pins, self.store_path, self.buses
        )
        return self.runtime

    def close(self) -> None:
        """The agent of now leaves, and its pins are free for another."""
        self.runtime.close()
        self.pins.reset()

    @property
    def zones(self) -> list[ZoneKeeper]:
        """What the agent of now keeps of its zones."""
        return list(self.runtime.agent._house.zones.values())

    def power_cut(self) -> None:
        """The process is gone between two instructions; the relays fall off."""
        self.runtime.store.close()
        self.runtime._front.close()
        self.runtime._board.close()

    def seconds(self, count: int) -> None:
        for _ in range(count):
            self.clock.advance(1.0)
            if self.flows and self.open:
                self.pins.pin(METER).pulses(PULSES_PER_S)
            self.runtime.guard()
            self.runtime.tick()

    @property
    def open(self) -> set[str]:
        driven = {zone for zone, pin in VALVES.items() if self._is_on(pin)}
        assert self._is_on(PUMP) == bool(driven)
        return driven

    def events(self, kind: EventKind | None = None) -> list[dict[str, object]]:
        """What was told, of one kind or in all: the data with the zone and the kind."""
        return [e for e in self.told(self.runtime.store) if kind is None or e["kind"] == kind]

    @staticmethod
    def told(store: Store) -> list[dict[str, object]]:
        """All events of a store."""
        bodies = [
            json.loads(r.payload) for r in store.rows(1, store.last, 10_000) if r.kind == "event"
        ]
        return [{**b.get("d", {}), "zone": b.get("z"), "kind": b["k"]} for b in bodies]

    def samples(self, zone: str | None) -> list[dict[str, float]]:
        store = self.runtime.store
        bodies = [
            json.loads(r.payload) for r in store.rows(1, store.last, 10_000) if r.kind == "sample"
        ]
        return [body["m"] for body in bodies if body.get("z") == zone]

    def send(self, op: Op, *, id_: str = "command0001", **fields: object) -> None:
        """The cloud's command arrives."""
        body = {"id": id_, "iat": 0, "exp": 0, "op": op, "by": "account", **fields}
        self.deliver(Command.model_validate(body), Down.CMD)

    def answer(self, ask: Ask) -> None:
        """The cloud still wants it."""
        self.deliver(Go(id=ask.id, nonce=ask.nonce), Down.GO)

    def water(self, zone: str = "z1", litres: float = 8.0, id_: str = "command0001") -> None:
        """A whole handshake."""
        self.send(Op.WATER, id_=id_, zone=zone, litres=litres, max_s=600.0)
        self.seconds(1)
        self.answer(self.asked())
        self.seconds(1)

    def confirm(self, op: Op, *, id_: str, **fields: object) -> None:
        self.send(op, id_=id_, **fields)
        self.seconds(1)
        self.answer(self.asked())
        self.seconds(1)

    def settle(self, version: int, **zones: dict[str, object]) -> None:
        """The cloud's settings arrive."""
        doc = DesiredDoc(
            zones={key: ZoneSettings.model_validate(body) for key, body in zones.items()}
        )
        self.deliver(desired(version, doc), Down.DESIRED)
        self.seconds(1)

    def asked(self) -> Ask:
        """The agent's newest question; a test may move the agent from another thread."""
        ask = self.runtime.uplink._asks.get(timeout=ASKED_S)
        while not self.runtime.uplink._asks.empty():
            ask = self.runtime.uplink._asks.get_nowait()
        return ask

    def deliver(self, message: Message, kind: Down) -> None:
        topic = down(self.identity.device, kind)
        key = bytes.fromhex(self.identity.command_key)
        signed = codec.sign(message, topic, key)
        assert isinstance(signed, Command | Go | Desired)
        self.runtime.uplink._deliver(signed)

    def _is_on(self, pin: int) -> bool:
        return bool(self.pins.pin(pin).driven(active_high=True))
