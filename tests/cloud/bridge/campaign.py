"""A thousand honest commands among ten thousand hostile ones: `script/prove commands`.

python -m tests.cloud.bridge.campaign --hostile 10000 --honest 1000 --seed 1
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import make_engine, writing
from cloud.devices import link
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from cloud.devices.rules import Amount
from cloud.devices.vault import open_vault
from cloud.growing import service as growing
from cloud.growing.rules import Strategy
from cloud.growing.service import Chosen
from cloud.schema import migrate
from cloud.settings import Settings
from tests.cloud.bridge.attacks import Attacker, Spoils
from tests.cloud.bridge.bridge import Bridge
from tests.cloud.conftest import FixedClock, Seeded, _seed
from tests.edge.rig import Rig
from wire.codes import Cause, EventKind, Op

HONEST = (Op.WATER, Op.PAUSE, Op.RESUME, Op.CLEAR_FAULT)
DOSE_L = 0.3
FINISHES_S = 12
CHOSEN = Chosen(None, date(2026, 2, 1), 200, Strategy.ADAPTIVE, 0.8, 0.93, 360, 1020)
BY_THE_WAY = 40
"""Every so many honest commands also a STOP, new settings, and a command that nobody wants."""


@dataclass
class Done:
    """What the agent did, by its own gapless events; each key should stand here once."""

    counts: Counter[tuple[str, object]] = field(default_factory=Counter)
    seen: tuple[str, int] = ("", 0)

    def look(self, rig: Rig) -> int:
        """Read the new events; how many of them are deeds."""
        store = rig.runtime.store
        first = self.seen[1] + 1 if self.seen[0] == store.origin.epoch else 1
        found = [json.loads(r.payload) for r in store.rows(first, store.last, store.last)]
        self.seen = (store.origin.epoch, store.last)
        deeds = [deed for body in found if (deed := _deed(body)) is not None]
        self.counts.update(deeds)
        return len(deeds)


def _deed(body: dict[str, object]) -> tuple[str, object] | None:
    data = cast("dict[str, object]", body.get("d", {}))
    match body.get("k"):
        case EventKind.COMMAND_ACCEPTED:
            return ("command", data["id"])
        case EventKind.DOSE_STARTED if data.get("cause") == Cause.MANUAL:
            return ("dose", data["id"])
        case EventKind.STOPPED:
            return ("stop", data["n"])
        case EventKind.SETTINGS_APPLIED:
            return ("settings", data["version"])
        case _:
            return None


@dataclass
class Campaign:
    """One farm, its honest people and one attacker."""

    engine: Engine
    seeded: Seeded
    bridge: Bridge
    dice: Random
    sabotage: Callable[[Bridge], object] = lambda _bridge: None
    spoils: Spoils = field(default_factory=Spoils)
    done: Done = field(default_factory=Done)
    wanted: Counter[tuple[str, object]] = field(default_factory=Counter)
    brought: Counter[str] = field(default_factory=Counter)
    obeyed: Counter[str] = field(default_factory=Counter)
    """Deeds that followed an attack, by its class."""

    def prepare(self) -> None:
        """Something of everything, so that there is something to steal."""
        for op in HONEST * 2:
            self.honest(op)
        for _ in range(3):
            self.by_the_way()

    def play(self, honest: int, hostile: int, only: frozenset[str] = frozenset()) -> None:
        attacker = Attacker(self.bridge, self.spoils, self.dice)
        classes = {n: act for n, act in attacker.classes.items() if not only or n in only}
        asked = 0
        while asked < honest or self.brought.total() < hostile:
            if asked < honest and self.brought.total() * honest >= asked * hostile:
                self.honest(HONEST[asked % len(HONEST)])
                asked += 1
                if asked % BY_THE_WAY == 0:
                    self.by_the_way()
                continue
            name = self.dice.choice(sorted(classes))
            self.sabotage(self.bridge)
            self.brought[name] += classes[name]()
            self.bridge.seconds(2)
            self.obeyed[name] += self.done.look(self.bridge.rig)
        self._settle()

    def honest(self, op: Op) -> None:
        """A tap, over a line that repeats some of what it carries."""
        command = self._ask(op)
        self.wanted[("command", command.public_id)] += 1
        if op is Op.WATER:
            self.wanted[("dose", command.public_id)] += 1
        self._carry()
        self.bridge.seconds(1)
        self.bridge.asks()
        self._carry()
        self.bridge.seconds(FINISHES_S if op is Op.WATER else 1)
        self._settle()

    def by_the_way(self) -> None:
        """A STOP and its resume, new settings, and a command that is lost and not wanted later."""
        stop = self._ask(Op.STOP)
        self.wanted[("stop", stop.stop_number)] += 1
        self._carry()
        self.bridge.seconds(2)
        self._settle()
        self.honest(Op.RESUME)
        self.bridge.seconds(FINISHES_S)  # the valves prove still
        self._wish()
        self._ask(Op.WATER)
        self.bridge.publish()
        for message in self.bridge.wire.taken():
            self.spoils.unanswered.append(message)
        self.bridge.seconds(60)
        self._settle()

    def wrong(self) -> list[str]:
        """Everything that is not exactly once what was wanted."""
        keys = {*self.wanted, *self.done.counts}
        return [
            f"{key}: wanted {self.wanted[key]}, done {self.done.counts[key]}"
            for key in sorted(keys, key=str)
            if self.wanted[key] != self.done.counts[key]
        ]

    def unfinished(self) -> int:
        """Honest commands whose end the cloud has not heard."""
        ids = [str(key) for kind, key in self.wanted if kind == "command"]
        with Session(self.engine) as session:
            principal = self.seeded.farmer.principal
            states = [devices.command(session, principal, key).state for key in ids]
        return sum(state is not CommandState.DONE for state in states)

    def _ask(self, op: Op) -> Command:
        who, now = self.seeded.farmer.principal, self.bridge.clock.now()
        house = self.seeded.greenhouse.public_id
        zone = self.seeded.zones[self.dice.randrange(2)].public_id
        asks: dict[Op, Callable[[Session], Command]] = {
            Op.WATER: lambda s: devices.request_water(s, who, zone, Amount(litres=DOSE_L), now),
            Op.PAUSE: lambda s: devices.request_pause(s, who, house, devices.MAX_PAUSE, now),
            Op.RESUME: lambda s: devices.request_resume(s, who, house, now),
            Op.CLEAR_FAULT: lambda s: devices.request_clear_fault(s, who, zone, now),
            Op.STOP: lambda s: devices.request_stop(s, who, house, now),
        }
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            return asks[op](session)

    def _wish(self) -> None:
        zone, now = self.seeded.zones[0], self.bridge.clock.now()
        with Session(writing(self.engine)) as session, session.begin():
            number = growing.overview(session, zone).number
            wish = replace(CHOSEN, plants=100 + number)
            who = self.seeded.farmer.principal
            growing.change(session, who, zone.public_id, wish, number, now)
            sent = growing.newest_sent(session, self.seeded.device.id)
            self.wanted[("settings", 0 if sent is None else sent.version)] += 1
        self._carry()
        self.bridge.seconds(1)

    def _carry(self) -> None:
        self.bridge.publish()
        for message in self.bridge.wire.taken():
            self.spoils.keep(message)
            self.bridge.deliver(*[message] * self.dice.choice([1, 1, 2]))

    def _settle(self) -> None:
        self.bridge.rows()
        self.done.look(self.bridge.rig)
        with Session(writing(self.engine)) as session, session.begin():
            link.expire_overdue(session, self.bridge.clock.now())


def open_farm(folder: Path, leaving: ExitStack) -> tuple[Engine, Seeded, Bridge]:
    """A farm on SQLite whose device has connected."""
    engine = make_engine(f"sqlite:///{folder / 'cloud.db'}")
    leaving.callback(engine.dispose)
    migrate(engine)
    settings, clock = Settings(data_dir=folder / "cloud", demo=True), FixedClock()
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        seeded = _seed(session, settings, clock.now())
    (folder / "edge").mkdir()
    rig = Rig(folder / "edge")
    rig.close()
    rig.identity, rig.store_path = seeded.identity, folder / "edge" / "own.db"
    rig.start()
    leaving.callback(rig.close)
    bridge = Bridge(engine, open_vault(settings), clock, rig)
    bridge.connect()
    bridge.seconds(20)
    return engine, seeded, bridge


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hostile", type=int, default=10_000)
    parser.add_argument("--honest", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as leaving:
        farm = open_farm(Path(folder), leaving)
        campaign = Campaign(*farm, Random(args.seed))
        campaign.prepare()
        campaign.play(args.honest, args.hostile)
        wrong, unfinished = campaign.wrong(), campaign.unfinished()
    for name, count in sorted(campaign.brought.items()):
        sys.stdout.write(f"{count:6} {name}: {campaign.obeyed[name]} carried out\n")
    kinds = Counter(kind for kind, _ in campaign.wanted)
    sys.stdout.write(f"seed {args.seed}: {campaign.brought.total()} hostile messages, ")
    sys.stdout.write(f"{campaign.obeyed.total()} carried out; {dict(kinds)} wanted, ")
    sys.stdout.write(f"{len(wrong)} not exactly once, {unfinished} not told as done\n")
    for line in wrong[:20]:
        sys.stdout.write(f"  {line}\n")
    return 1 if wrong or unfinished or campaign.obeyed.total() else 0


if __name__ == "__main__":
    sys.exit(main())
