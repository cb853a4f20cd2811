"""Three channels and one's own stall sell the same packs: all that can go wrong, in any order."""

import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import pytest
from sqlmodel import Session, col, select, update

from cloud.channels import service
from cloud.channels.codes import Channel
from cloud.channels.errors import NothingFits
from cloud.channels.forms import MarkForm
from cloud.channels.look import due
from cloud.channels.marks import Mark
from cloud.channels.models import ChannelListing
from cloud.channels.shares import Keep, spare
from cloud.db import writing
from cloud.products.models import Stock, Variant
from cloud.products.service import Listing
from tests.cloud.channels.conftest import WINDOW, Booth
from tests.cloud.channels.test_carry import agrees

CHANNELS = (Channel.SHOPEE, Channel.LAZADA)
FLOOR = Channel.VOSO
"""Where people carry the goods themselves, and say what became of them."""
STEPS = 50
KINDS = ("trade", "trade", "trade", "look", "carry", "carry", "floor", "keep", "price", "later")
TROUBLES = ("", "", "", "late", "away", "throttled", "refused", "broken", "deaf")


def spares(booth: Booth) -> dict[int, int]:
    shop = booth.shop()
    keep = Keep(shop.keep_packs, shop.keep_percent)
    with Session(booth.engine) as session:
        counts = session.exec(select(Stock)).all()
    return {one.variant_id: spare(one.on_hand - one.reserved, keep) for one in counts}


def promised(booth: Booth) -> Counter[int]:
    """What the rows say that channels may show."""
    return sum((Counter({row.variant_id: row.promised}) for row in booth.rows()), Counter())


def shown(booth: Booth) -> Counter[str]:
    """What buyers could order at the channels, by the key of the pack."""
    many: Counter[str] = Counter()
    for told in booth.floor.listings.values():
        many[str(told["key"])] += int(str(told["quantity"]))
    return many


def take(booth: Booth) -> None:
    """Somebody gets a pack for the floor, where something fits."""
    with Session(writing(booth.engine)) as session, suppress(NothingFits), session.begin():
        service.take(session, booth.stall.seeded.manager.principal, FLOOR, WINDOW, booth.now)


def mark(booth: Booth, mark: Mark, row: ChannelListing) -> None:
    """Somebody says how a pack fares at the floor, from a page that has just been opened."""
    form = MarkForm.model_validate({"mark": mark, "based_on": row.desired_hash})
    who = booth.stall.seeded.manager.principal
    with Session(writing(booth.engine)) as session, session.begin():
        service.mark(session, who, FLOOR, row.public_id, form, booth.now)


def by_hand(booth: Booth) -> list[ChannelListing]:
    return [row for row in booth.rows() if row.channel is FLOOR]


def work_at_the_floor(booth: Booth, chance: random.Random) -> None:
    booth.look()
    rows = by_hand(booth)
    if not rows or chance.random() < 0.5:
        take(booth)
    else:
        row = chance.choice(rows)
        shown = (Mark.LISTED, Mark.REFUSED) if row.desired["listed"] else (Mark.GONE,)
        mark(booth, chance.choice(shown), row)


def settle(booth: Booth) -> None:
    """All troubles are over, and the rounds go on."""
    booth.floor.troubles.clear()
    with Session(writing(booth.engine)) as session, session.begin():
        session.exec(update(Variant).values(price=col(Variant.price) + 1))
    for _round in range(6):
        booth.look()
        booth.carry(*CHANNELS)
        for row in by_hand(booth):
            mark(booth, Mark.LISTED if row.desired["listed"] else Mark.GONE, row)
        booth.clock.advance(hours=25)


def trade(booth: Booth, chance: random.Random, offers: list[Listing], open_: list[str]) -> None:
    """At the own stall somebody orders, or gives an order back."""
    if open_ and chance.random() < 0.33:
        booth.give_back(open_.pop(chance.randrange(len(open_))))
        return
    source = f"order:{chance.getrandbits(60)}"
    if booth.buy(chance.choice(offers), chance.randint(1, 6), source):
        open_.append(source)


def step(booth: Booth, chance: random.Random, offers: list[Listing], open_: list[str]) -> None:
    kind = chance.choice(KINDS)
    if kind == "trade":
        trade(booth, chance, offers, open_)
    elif kind == "look":
        booth.look()
    elif kind == "carry":
        booth.floor.troubles.extend(chance.choices(TROUBLES, k=3))
        booth.carry(*CHANNELS)
    elif kind == "floor":
        work_at_the_floor(booth, chance)
    elif kind == "keep":
        kept = {"keep_packs": chance.randint(0, 4), "keep_percent": chance.choice([0, 10, 50])}
        booth.change(booth.shop(), **kept)
    elif kind == "price":
        with Session(writing(booth.engine)) as session, session.begin():
            session.exec(update(Variant).values(price=chance.randint(1_000, 90_000)))
    else:
        booth.clock.advance(minutes=chance.choice([1, 10, 300]))


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_promised_more_than_there_is(booth: Booth, seed: int) -> None:
    chance = random.Random(seed)
    offers = [booth.stall.offer(packs=12), booth.stall.offer(packs=5)]
    booth.use(*CHANNELS, FLOOR)
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
    assert len(by_hand(booth)) == len(offers)


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
