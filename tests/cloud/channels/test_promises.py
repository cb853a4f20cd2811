"""Two channels and one's own stall sell the same packs: all that can go wrong, in any order."""

import random
import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlmodel import Session, col, select, update

from cloud.channels.codes import Channel
from cloud.channels.look import due
from cloud.channels.shares import Keep, spare
from cloud.db import writing
from cloud.products.models import Stock, Variant
from cloud.products.service import Listing
from tests.cloud.channels.conftest import Booth
from tests.cloud.channels.test_carry import agrees

CHANNELS = (Channel.SHOPEE, Channel.LAZADA)
STEPS = 60
TROUBLES = ("", "", "", "late", "away", "throttled", "refused", "broken", "deaf")


def spares(booth: Booth) -> dict[int, int]:
    with Session(booth.engine) as session:
        counts = session.exec(select(Stock)).all()
    return {one.variant_id: spare(one.on_hand - one.reserved, Keep()) for one in counts}


def promised(booth: Booth) -> Counter[int]:
    """What the rows say that channels may show."""
    return sum((Counter({row.variant_id: row.promised}) for row in booth.rows()), Counter())


def shown(booth: Booth) -> Counter[str]:
    """What buyers could order at the channels, by the key of the pack."""
    many: Counter[str] = Counter()
    for told in booth.floor.listings.values():
        many[str(told["key"])] += int(str(told["quantity"]))
    return many


def settle(booth: Booth) -> None:
    """All troubles are over, and the rounds go on."""
    booth.floor.troubles.clear()
    with Session(writing(booth.engine)) as session, session.begin():
        session.exec(update(Variant).values(price=col(Variant.price) + 1))
    for _round in range(6):
        booth.look()
        booth.carry(*CHANNELS)
        booth.clock.advance(hours=25)


def step(booth: Booth, chance: random.Random, offers: list[Listing], open_: list[str]) -> None:
    kind = chance.choice(["buy", "buy", "back", "look", "carry", "carry", "price", "later"])
    if kind == "buy":
        source = f"order:{chance.getrandbits(60)}"
        if booth.buy(chance.choice(offers), chance.randint(1, 6), source):
            open_.append(source)
    elif kind == "back" and open_:
        booth.give_back(open_.pop(chance.randrange(len(open_))))
    elif kind == "look":
        booth.look()
    elif kind == "carry":
        booth.floor.troubles.extend(chance.choices(TROUBLES, k=3))
        booth.carry(*CHANNELS)
    elif kind == "price":
        with Session(writing(booth.engine)) as session, session.begin():
            session.exec(update(Variant).values(price=chance.randint(1_000, 90_000)))
    else:
        booth.clock.advance(minutes=chance.choice([1, 10, 300]))


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_promised_more_than_there_is(booth: Booth, seed: int) -> None:
    chance = random.Random(seed)
    offers = [booth.stall.offer(packs=12), booth.stall.offer(packs=5)]
    booth.use(*CHANNELS)
    open_: list[str] = []
    before = promised(booth)
    for _step in range(STEPS):
        step(booth, chance, offers, open_)
        now, free = promised(booth), spares(booth)
        grown = [one for one in now if now[one] > max(before[one], free[one])]
        assert grown == [], f"seed {seed}"
        assert agrees(booth), f"seed {seed}"
        keys = {one.variant.id: one.variant.public_id for one in offers}
        assert all(shown(booth)[keys[one]] <= now[one] for one in keys if one), f"seed {seed}"
        before = now
    settle(booth)
    free = spares(booth)
    assert all(many <= free[one] for one, many in promised(booth).items())
    assert not [row for row in booth.rows() if due(row)]
    assert booth.floor.twice() == []


def test_a_carrier_that_is_killed_on_the_way_leaves_one_listing(
    booth: Booth, database_url: str
) -> None:
    booth.stall.offer(packs=20)
    booth.use(Channel.SHOPEE)
    booth.look()
    booth.floor.troubles.append("killed")
    command = [sys.executable, "-m", "tests.cloud.channels.carrier", database_url]
    ended = subprocess.run(
        [*command, str(booth.floor.server_port)], check=False, capture_output=True, text=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert len(booth.floor.listings) == 1
    row = booth.row()
    assert (row.remote_id, row.promised) == (None, 18)
    booth.carry()
    assert len(booth.floor.writes) == 1, "the other one may still be on its way"

    booth.clock.advance(minutes=6)
    booth.carry()
    assert len(booth.floor.listings) == 1
    assert booth.row().remote_id == "1000"
    assert booth.waiting() == []
