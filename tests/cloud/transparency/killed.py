"""Processes that stamp, void, recall, harvest and split at once, killed at any moment.

`python -m tests.cloud.transparency.killed --kills N --seed S` reads lines of an empty database of
today's schema and a folder, with a tab between them, and answers each with what it found. Whoever
is killed is replaced; who is next and when is drawn by chance. At the end nothing that was
acknowledged may be lost, no serial may be there twice, no lot may hold less than nothing, and the
public log must verify.
"""

import argparse
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel, col, select

from cloud.audit import service as audit
from cloud.cooperatives.models import Zone
from cloud.db import make_engine, writing
from cloud.errors import CloudError
from cloud.export import service as export
from cloud.lots import balance
from cloud.lots import service as lots
from cloud.lots.models import Harvest, LoseForm, Lot, LotMove, TransformBody
from cloud.principal import Principal
from cloud.settings import Settings
from cloud.stamps import keys, rules, service
from cloud.stamps.models import Issuance, StampVoid
from cloud.stamps.rules import Range
from cloud.stamps.service import Wish
from cloud.transparency.service import about, since
from tests.cloud.conftest import START, _seed
from traceability import token
from traceability.independent import check_record

WORKERS = 3
BETWEEN = 12
"""Deeds between two kills, at most: a worker has some ten milliseconds for each."""
NOW = START + timedelta(days=2)
WELL, WRONG = "well", "wrong"
"""How an answer ends."""


@dataclass
class Hand:
    """One worker: whose rights it has, and the chance that drives it."""

    url: str
    settings: Settings
    principal: Principal
    zones: Sequence[str]
    chance: random.Random

    def key(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def grams(self) -> int:
        return self.chance.randint(1, 400)

    def work(self, told: int) -> None:
        """For ever; each deed is told after its commit, as a reply would be."""
        engine = make_engine(self.url)
        while True:
            deed = self.chance.choice(_DEEDS)
            with contextlib.suppress(CloudError, OperationalError):
                with Session(writing(engine)) as session, session.begin():
                    done = deed(self, session)
                os.write(told, f"{done}\n".encode())

    def any_of(self, session: Session, model: type[Any]) -> str:
        ids = session.exec(select(model.public_id).order_by(model.id.desc()).limit(12)).all()
        found: str = self.chance.choice(ids) if ids else "none"
        return found


def _harvest(hand: Hand, session: Session) -> str:
    body = Harvest(
        zone=hand.chance.choice(hand.zones), product="Ớt", quantity_g=1_000, key=hand.key()
    )
    return f"lot {lots.harvest(session, hand.principal, body, NOW, demo=True).public_id}"


def _split(hand: Hand, session: Session) -> str:
    lot, grams = hand.any_of(session, Lot), hand.grams()
    body = TransformBody(take_g=grams, made_g=grams, key=hand.key())
    return f"lot {balance.transform(session, hand.principal, lot, body, NOW).public_id}"


def _lose(hand: Hand, session: Session) -> str:
    form = LoseForm(grams=hand.grams(), reason="dập nát", key=hand.key())
    balance.lose(session, hand.principal, hand.any_of(session, Lot), form, NOW)
    return "move"


def _issue(hand: Hand, session: Session) -> str:
    press = service.open_press(hand.settings)
    wish = Wish(hand.chance.randint(1, 50), key=hand.key())
    lot = hand.any_of(session, Lot)
    return f"run {service.issue(session, hand.principal, lot, wish, press, NOW).public_id}"


def _activate(hand: Hand, session: Session) -> str:
    run = hand.any_of(session, Issuance)
    service.activate(session, hand.principal, run, None, NOW)
    return "activated"


def _void(hand: Hand, session: Session) -> str:
    run = hand.any_of(session, Issuance)
    service.void(session, hand.principal, run, NOW, Range(0, 0), "rách")
    return f"void {run}"


def _recall(hand: Hand, session: Session) -> str:
    lot = hand.any_of(session, Lot)
    lots.recall(session, hand.principal, lot, "phun nhầm", NOW)
    return f"recall {lot}"


_Deed = Callable[[Hand, Session], str]
_DEEDS: tuple[_Deed, ...] = (
    *(_harvest, _issue, _issue) * 2,
    _split,
    _split,
    _lose,
    _activate,
    _void,
    _recall,
)


def play(url: str, folder: Path, kills: int, seed: int) -> list[str]:
    """What was acknowledged; every worker is dead when this returns."""
    settings = Settings(data_dir=folder, public_url="http://testserver", demo=True)
    hand, chance = _found(url, settings), random.Random(seed)
    ears, mouth = os.pipe()
    alive: list[int] = []
    told: list[str] = []
    try:
        with os.fdopen(ears, "rb") as heard:
            for _kill in range(kills):
                missing = WORKERS - len(alive)
                alive += [_fork(hand, chance.getrandbits(32), mouth) for _ in range(missing)]
                told += [heard.readline().decode() for _ in range(chance.randint(1, BETWEEN))]
                _kill_one(alive, chance)
            while alive:
                _kill_one(alive, chance)
            os.close(mouth)
            told += [line.decode() for line in heard]
    finally:
        while alive:
            _kill_one(alive, chance)
    return [line.strip() for line in told]


def _found(url: str, settings: Settings) -> Hand:
    engine = make_engine(url)
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        seeded = _seed(session, settings, NOW)
        zones = session.exec(
            select(Zone.public_id).where(Zone.cooperative_id == seeded.cooperative.id)
        ).all()
    keys.open_vault(settings)  # no two workers make the secret file
    engine.dispose()
    return Hand(url, settings, seeded.manager.principal, zones, random.Random(0))


def _fork(hand: Hand, seed: int, told: int) -> int:
    child = os.fork()
    if child:
        return child
    hand.chance = random.Random(seed)
    try:
        hand.work(told)
    finally:
        os._exit(1)  # only by a mistake: a worker ends by being killed


def _kill_one(alive: list[int], chance: random.Random) -> None:
    child = alive.pop(chance.randrange(len(alive)))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "a worker broke down by itself"


def wrong(url: str, folder: Path, told: Sequence[str]) -> Iterator[str]:
    """All that is not as it was promised."""
    settings = Settings(data_dir=folder, public_url="http://testserver", demo=True)
    engine = make_engine(url)
    with Session(engine) as session:
        yield from _lost(session, told)
        yield from _serials(session, settings)
        yield from _weights(session)
        yield from _lines(session)
        yield from (f"the audit record breaks: {one}" for one in audit.breaks(session))
        written = export.write(session, settings, folder / "record")
    engine.dispose()
    read = check_record.reader(str(folder / "record"))
    try:
        for sentence in check_record.check(read, written.key, None):
            _say(sentence)
    except check_record.WrongError as error:
        yield str(error)


def _lost(session: Session, told: Sequence[str]) -> Iterator[str]:
    runs = set(session.exec(select(Issuance.public_id)))
    known = set(session.exec(select(Lot.public_id)))
    recalled = set(session.exec(select(Lot.public_id).where(col(Lot.recalled_at).is_not(None))))
    void = set(
        session.exec(
            select(Issuance.public_id).join(
                StampVoid, col(StampVoid.issuance_id) == col(Issuance.id)
            )
        )
    )
    places = {"run": runs, "lot": known, "recall": recalled, "void": void}
    for line in told:
        kind, _space, public_id = line.partition(" ")
        if kind in places and public_id not in places[kind]:
            yield f"acknowledged and lost: {line}"


def _serials(session: Session, settings: Settings) -> Iterator[str]:
    live = keys.live(session, keys.open_vault(settings))
    seen: Counter[str] = Counter()
    for one in session.exec(select(Issuance)):
        seen.update(token.serials(live[one.kid], cast("int", one.id), range(one.quantity)))
    yield from (f"serial {serial} {count} times" for serial, count in seen.items() if count > 1)


def _weights(session: Session) -> Iterator[str]:
    moved = dict(
        session.exec(
            select(LotMove.lot_id, func.sum(LotMove.delta_g)).group_by(col(LotMove.lot_id))
        ).all()
    )
    for lot in session.exec(select(Lot)):
        rest = lot.quantity_g + int(moved.get(cast("int", lot.id), 0))
        if lot.left_g < 0 or lot.left_g != rest:
            yield f"lot {lot.code}: {lot.left_g} g left, {rest} g by its moves"


def _lines(session: Session) -> Iterator[str]:
    """One line for each deed that is in the tables, and none for one that is not."""
    found = since(session, 0)
    if [one.number for one in found] != list(range(len(found))):
        yield "the log has a gap"
    kinds = Counter(text.text.partition('"type":"')[2].partition('"')[0] for text in found)
    due = {
        "run": _count(session, Issuance),
        "lot": _count(session, Lot),
        "voided": _count(session, StampVoid),
        "recalled": session.exec(
            select(func.count()).select_from(Lot).where(col(Lot.recalled_at).is_not(None))
        ).one(),
    }
    for kind, count in due.items():
        if kinds[kind] != count:
            yield f"{kinds[kind]} lines of {kind} for {count}"
    for run in session.exec(select(Issuance)):
        out = [Range(one.first, one.last) for one in service.taken_out(session, run)]
        told = sum('"voided"' in one.text for one in about(session, [f"run:{run.id}"]))
        if told != len(out) or rules.voided(run.quantity, out) > run.quantity:
            yield f"run {run.id}: {told} lines of {len(out)} voids"


def _count(session: Session, model: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    for line in iter(sys.stdin.readline, ""):
        url, _tab, folder = line.rstrip("\n").partition("\t")
        told = play(url, Path(folder), args.kills, args.seed)
        found = list(wrong(url, Path(folder), told))
        _say(f"seed {args.seed}: {args.kills} SIGKILLs, {len(told)} deeds acknowledged")
        _say(*found, WRONG if found else WELL)
    return 0


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()  # what is left in it would be written by each worker once more


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
