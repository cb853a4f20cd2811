"""The composition root: boots the agent in the one order that is safe, and ends it in reverse.

All outputs are off before anything else; the network comes last; on the way out the valves shut
first.
"""

import random
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge import pin
from edge.agent import META_FLOOR, Agent
from edge.birth import birth
from edge.boot import furnish, reconcile
from edge.bus_reader import BusReader
from edge.clock import Clock, Timekeeper
from edge.commands import Desk
from edge.config import Hardware
from edge.console import Console
from edge.counter import Counter
from edge.courier import Courier, Route
from edge.daybook import Daybook
from edge.hardware.board import Board, claim
from edge.hardware.devices import PinFactory
from edge.hardware.front import Front
from edge.hardware.sensors import LOCK_STEP, Buses
from edge.house import House
from edge.interlock import Interlock, no_interlock
from edge.local_page import PageServer
from edge.loop import Calendar, Loop
from edge.node_hub import Hub
from edge.node_reader import NodeReader
from edge.node_valve import NodeValve, NodeValves
from edge.office import DayOver, Inbox, Letterbox, Office, Places
from edge.orders import Order
from edge.page_desk import PageDesk
from edge.recorder import Recorder
from edge.senses import Senses
from edge.settings import Seal, Settings
from edge.standby import UNBARRED, Barred
from edge.store import Store
from edge.uplink import Dial
from edge.valves import Bounds, Output, Valve, ValveBank
from wire.codes import Ended
from wire.identity import Identity, random_id
from wire.messages import Birth


@dataclass(frozen=True)
class _Body:
    """All that hangs on pins and buses."""

    board: Board
    front: Front
    senses: Senses
    node_valves: dict[str, NodeValve]
    """By zone; the wired ones are the board's."""
    dial: Dial

    def interlock(self) -> Interlock:
        return no_interlock() if self.front.stop is None else Interlock(self.front.stop.is_open)


class Runtime:
    """A built agent: tick and guard it in lock-step, or `run` it in real time."""

    def __init__(
        self, body: _Body, valves: ValveBank, agent: Agent, uplink: Courier, calendar: Calendar
    ) -> None:
        self.agent, self.valves, self.uplink = agent, valves, uplink
        self.store = agent.store
        self._board, self.calendar = body.board, calendar
        self._front = body.front
        self.page: PageServer | None = None
        """The page in the greenhouse's own network, where the board has one."""

    def start(self) -> None:
        """Open the network, the last step of the boot."""
        self.uplink.start()
        if self.page is not None:
            self.page.start()

    def tick(self) -> None:
        """One full pass of the control loop."""
        self.agent.tick()

    def guard(self) -> None:
        """Enforce leases; call at least five times a second of monotonic time."""
        self.valves.guard()

    @property
    def barred(self) -> Barred:
        """By what a person keeps the house shut."""
        return self.agent.barred

    def run(self, stop: threading.Event, before: Barred = UNBARRED) -> None:
        """Work in real time until told to stop; whatever happens, the valves shut first."""
        with ExitStack() as leaving:
            leaving.callback(self.close)
            self.agent.bar(before)
            self.start()
            Loop(self.agent, self.valves, self.uplink, self.calendar).run(stop)

    def close(self) -> None:
        """Shut the valves, then let go of everything else, even where one of it fails."""
        with ExitStack() as leaving:  # the last one pushed goes first
            leaving.callback(self._front.close)
            leaving.callback(self._board.close)
            leaving.callback(self.agent.close_senses)
            leaving.callback(self.store.close)
            leaving.callback(self.uplink.close)
            leaving.callback(self.calendar.close)
            if self.page is not None:
                leaving.callback(self.page.close)
            leaving.callback(self.agent.settle)
            leaving.callback(self.valves.all_off, Ended.INTERRUPTED)


def build(
    config: Hardware,
    identity: Identity,
    clock: Clock,
    pin_factory: PinFactory,
    store_path: Path,
    buses: Buses = LOCK_STEP,
) -> Runtime:
    """Boot up to, but without, the network."""
    with ExitStack() as undo:
        board = claim(config, pin_factory, buses)
        undo.callback(board.close)
        front = Front(config, pin_factory, clock.mono)
        undo.callback(front.close)
        hub = _hub(config, buses, clock)
        readers = _readers(config, board, buses, clock, hub)
        senses = Senses(config, readers, board.flow, board.tank, clock.mono())
        body = _Body(board, front, senses, _node_valves(config, hub, clock), buses.dial)
        store = Store(store_path)
        undo.callback(store.close)
        runtime = _assemble(config, identity, clock, body, store)
        undo.pop_all()
        return runtime


def _hub(config: Hardware, buses: Buses, clock: Clock) -> Hub | None:
    return None if config.nodes is None else Hub(buses.nodes(config.nodes, clock.mono))


def _readers(
    config: Hardware, board: Board, buses: Buses, clock: Clock, hub: Hub | None
) -> list[BusReader]:
    readers = [buses.reader(bus, sensors, clock.mono) for bus, sensors in board.sensors.items()]
    if hub is not None:
        readers.append(NodeReader(config, hub, clock.mono))
    return readers


def _node_valves(config: Hardware, hub: Hub | None, clock: Clock) -> dict[str, NodeValve]:
    if hub is None:
        return {}
    return {zone: NodeValve(table, hub, clock.mono) for zone, table in config.node_valves.items()}


def _settings(config: Hardware, identity: Identity, house: House, recorder: Recorder) -> Settings:
    seal = Seal(identity.device, bytes.fromhex(identity.command_key))
    probes = {zone.key: len(config.probes_of(zone.key)) for zone in config.zones}
    return Settings(house, recorder, seal, probes)


def _route(identity: Identity, birth_for: Callable[[str], Birth], dial: Dial) -> Route:
    return Route(identity, birth_for, random.Random(identity.device), dial)


def _assemble(
    config: Hardware,
    identity: Identity,
    clock: Clock,
    body: _Body,
    store: Store,
) -> Runtime:
    interlock = body.interlock()
    valves = valve_bank(config, body.board, clock, interlock, body.node_valves)
    keeper = Timekeeper(clock, int(store.meta(META_FLOOR) or "0"))
    inbox = Inbox()
    route = _route(identity, partial(birth, config, identity, store, keeper), body.dial)
    uplink = Courier(route, store, keeper, inbox)
    recorder = Recorder(store, keeper, uplink.rows_waiting)
    reconcile(recorder, simulated=identity.simulated)
    house = furnish(config, store, valves, body.senses, interlock, clock.mono())
    house.nodes = NodeValves(body.node_valves)
    house.can_be_called = config.lamp is not None or config.buzzer is not None
    settings = _settings(config, identity, house, recorder)
    desk = Desk(identity.device, bytes.fromhex(identity.command_key), store.is_seen, random_id)
    daybook = Daybook(recorder, bytes.fromhex(identity.ed25519_seed))
    counter = Counter(house, recorder, lambda: uplink.is_connected)
    letterbox = Letterbox(inbox, uplink.ask, keeper.net)
    office = Office(house, desk, recorder, letterbox, Places(settings, counter, daybook))

    def hear(order: Order) -> None:
        inbox.put(order)
        uplink.news.set()

    console = Console(config, body.front, inbox.put, lambda: uplink.is_connected)
    agent = Agent(house, office, console, recorder, keeper)
    calendar = Calendar(lambda: inbox.put(DayOver()))
    runtime = Runtime(body, valves, agent, uplink, calendar)
    if config.page is not None:
        pin_file = store.path.with_name(pin.FILE)
        runtime.page = PageServer(config.page, PageDesk(config.page, pin_file, hear, keeper.net))
    return runtime


def valve_bank(
    config: Hardware,
    board: Board,
    clock: Clock,
    interlock: Interlock | None = None,
    node_valves: Mapping[str, NodeValve] | None = None,
) -> ValveBank:
    """The owner of all outputs, bounded by the hardware file."""
    by_radio = node_valves or {}
    outputs: dict[str, Output] = {**board.valves, **by_radio}
    valves = {
        zone.key: Valve(
            outputs[zone.key],
            Bounds(zone.max_lease_s, zone.max_lease_l, zone.flow_lph / 3600),
        )
        for zone in config.zones
    }
    meter = None if board.flow is None else board.flow.litres
    bank = ValveBank(
        valves,
        clock.mono,
        pump=board.pump,
        meter=meter,
        max_open=config.max_open,
        interlock=interlock,
    )
    for zone, valve in by_radio.items():
        valve.within(partial(bank.left_s, zone))
    return bank
