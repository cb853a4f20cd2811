"""The composition root: boots the agent in the one order that is safe, and ends it in reverse.

All outputs are off before anything else; the network comes last; on the way out the valves shut
first.
"""

import random
import threading
from contextlib import ExitStack
from pathlib import Path

from edge.agent import META_FLOOR, Agent
from edge.birth import birth
from edge.boot import furnish, reconcile
from edge.clock import Clock, Timekeeper
from edge.commands import Desk
from edge.config import Hardware
from edge.courier import Courier, Route
from edge.daybook import Daybook
from edge.hardware.board import Board, claim
from edge.hardware.devices import PinFactory
from edge.loop import Calendar, Loop
from edge.office import DayOver, Inbox, Letterbox, Office
from edge.recorder import Recorder
from edge.senses import Senses
from edge.store import Store
from edge.valves import Bounds, Valve, ValveBank
from wire.codes import Ended
from wire.identity import Identity, random_id


class Runtime:
    """A built agent: tick and guard it in lock-step, or `run` it in real time."""

    def __init__(
        self, board: Board, valves: ValveBank, agent: Agent, uplink: Courier, calendar: Calendar
    ) -> None:
        self.agent, self.valves, self.uplink = agent, valves, uplink
        self.store = agent.store
        self._board, self._calendar = board, calendar

    def start(self) -> None:
        """Open the network, the last step of the boot."""
        self.uplink.start()

    def tick(self) -> None:
        """One full pass of the control loop."""
        self.agent.tick()

    def guard(self) -> None:
        """Enforce leases; call at least five times a second of monotonic time."""
        self.valves.guard()

    def run(self, stop: threading.Event) -> None:
        """Work in real time until told to stop; whatever happens, the valves shut first."""
        with ExitStack() as leaving:
            leaving.callback(self.close)
            self.start()
            Loop(self.agent, self.valves, self.uplink, self._calendar).run(stop)

    def close(self) -> None:
        """Shut the valves, then let go of everything else, even where one of it fails."""
        with ExitStack() as leaving:  # the last one pushed goes first
            leaving.callback(self._board.close)
            leaving.callback(self.store.close)
            leaving.callback(self.uplink.close)
            leaving.callback(self._calendar.close)
            leaving.callback(self.agent.settle)
            leaving.callback(self.valves.all_off, Ended.INTERRUPTED)


def build(
    config: Hardware, identity: Identity, clock: Clock, pin_factory: PinFactory, store_path: Path
) -> Runtime:
    """Boot up to, but without, the network."""
    with ExitStack() as undo:
        board = claim(config, pin_factory)
        undo.callback(board.close)
        runtime = _assemble(config, identity, clock, board, store_path)
        undo.pop_all()
        return runtime


def _assemble(
    config: Hardware, identity: Identity, clock: Clock, board: Board, store_path: Path
) -> Runtime:
    valves = _valve_bank(config, board, clock)
    store = Store(store_path)
    keeper = Timekeeper(clock, int(store.meta(META_FLOOR) or "0"))
    inbox = Inbox()
    route = Route(
        identity,
        lambda nonce: birth(config, identity, store, keeper, nonce),
        random.Random(identity.device),
    )
    uplink = Courier(route, store, keeper, inbox)
    recorder = Recorder(store, keeper, uplink.rows_waiting)
    reconcile(recorder, simulated=identity.simulated)
    senses = Senses(config, dict(board.probes), board.flow, board.tank)
    house = furnish(config, store, valves, senses, clock.mono())
    desk = Desk(identity.device, bytes.fromhex(identity.command_key), store.is_seen, random_id)
    daybook = Daybook(recorder, bytes.fromhex(identity.ed25519_seed))
    office = Office(house, desk, recorder, Letterbox(inbox, uplink.ask, keeper.net), daybook)
    agent = Agent(house, office, recorder, keeper)
    calendar = Calendar(lambda: inbox.put(DayOver()))
    return Runtime(board, valves, agent, uplink, calendar)


def _valve_bank(config: Hardware, board: Board, clock: Clock) -> ValveBank:
    valves = {
        zone.key: Valve(
            board.valves[zone.key],
            Bounds(zone.max_lease_s, zone.max_lease_l, zone.flow_lph / 3600),
        )
        for zone in config.zones
    }
    meter = None if board.flow is None else board.flow.litres
    return ValveBank(valves, clock.mono, pump=board.pump, meter=meter, max_open=config.max_open)
