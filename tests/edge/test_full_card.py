"""A card that is really full never ends the agent: it waters on, or stays shut for the time."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.ballast import LOW_BYTES, SUFFIX, Ballast
from edge.lives import LONGEST_S, outlive
from edge.runtime import Runtime
from edge.standby import Barred
from edge.upkeep import FULL
from tests.edge.card import LittleCard, little_card
from tests.edge.rig import DRY, PULSES_PER_S, Rig
from tests.edge.test_thinning import packed
from wire.codes import EventKind, Op

MEGABYTES = 48
IN_A_DOSE_S = 350.0
"""The first dose flows from 300 s on, for three minutes."""
PULSES_PER_L = 450.0
MILLILITRE = 0.001
"""What the store rounds to."""


@pytest.fixture
def card(tmp_path: Path) -> Iterator[LittleCard]:
    with little_card(tmp_path, MEGABYTES) as card:
        yield card


class Lives:
    """The agent on that card, through as many lives as it takes."""

    def __init__(self, card: LittleCard) -> None:
        self.card, self.rig = card, Rig(card.folder)
        self.rig.raw = DRY
        self.pauses: list[float] = []
        self.open_at_pause: list[set[str]] = []
        self.clear_at_pause = 0
        """After which pause somebody makes room; 0: never."""
        self.at: dict[float, Callable[[], object]] = {}
        """What else happens, by seconds of the clock."""
        self.litres = 0.0

    def live(self, seconds: int) -> None:
        until = self.rig.clock.now + seconds
        started = [self.rig.runtime]

        def begin() -> Runtime:
            return started.pop() if started else self.rig.start()

        def through(runtime: Runtime, before: Barred) -> None:
            with closing(runtime):
                runtime.agent.bar(before)
                while self.rig.clock.now < until:
                    self.at.get(self.rig.clock.now, nothing)()
                    self.litres += PULSES_PER_S / PULSES_PER_L if self.rig.open else 0.0
                    self.rig.seconds(1)

        def rest(pause_s: float) -> bool:
            self.pauses.append(pause_s)
            self.open_at_pause.append(self.rig.open)
            if len(self.pauses) == self.clear_at_pause:
                self.card.clear()
            self.rig.clock.advance(pause_s)
            return self.rig.clock.now >= until

        outlive(begin, through, rest, self.rig.clock.mono)
        self.card.clear()  # and somebody looks
        self.rig.start()


def nothing() -> None:
    """Most seconds pass like this."""


@pytest.fixture
def lives(card: LittleCard) -> Iterator[Lives]:
    lives = Lives(card)
    yield lives
    lives.rig.close()


def test_the_ballast_carries_the_watering_through_a_card_that_fills(lives: Lives) -> None:
    Ballast(lives.rig.store_path).lay_in()
    lives.card.fill()
    lives.live(1800)
    assert lives.pauses == []
    assert lives.rig.events(EventKind.DOSE_ENDED) != []
    assert not lives.rig.store_path.with_name(f"edge.db{SUFFIX}").exists()


def test_a_card_without_any_room_keeps_the_valves_shut_until_there_is_some(lives: Lives) -> None:
    lives.card.fill()
    lives.clear_at_pause = 4
    lives.live(3600)
    assert len(lives.pauses) == 4
    assert lives.open_at_pause == [set()] * 4
    assert lives.litres > 0
    assert lives.rig.runtime.store.zone("z1").litres >= lives.litres - MILLILITRE
    assert lives.rig.runtime.store.quarantined is None


def test_a_card_that_stays_full_is_tried_once_a_minute_at_most(lives: Lives) -> None:
    lives.card.fill()
    lives.live(1200)
    assert lives.pauses[:6] == [2, 4, 8, 16, 32, LONGEST_S]
    assert set(lives.pauses[6:]) <= {LONGEST_S}
    assert lives.litres == 0


def test_a_card_that_fills_in_a_dose_shuts_the_valve_and_charges_the_dose_in_full(
    lives: Lives,
) -> None:
    lives.at[IN_A_DOSE_S] = lives.card.fill
    lives.clear_at_pause = 3
    lives.live(7200)
    assert lives.open_at_pause == [set()] * 3
    (cut, *_) = lives.rig.events(EventKind.INTERRUPTED)
    assert float(str(cut["litres_at_most"])) > 0
    assert lives.rig.runtime.store.zone("z1").litres >= lives.litres - MILLILITRE
    begun, ended = (
        lives.rig.events(kind) for kind in (EventKind.DOSE_STARTED, EventKind.DOSE_ENDED)
    )
    assert len(begun) == len(ended) + 1 >= 2


def test_what_was_stopped_on_a_full_card_stays_stopped_once_there_is_room(lives: Lives) -> None:
    lives.at[0.0] = lives.card.fill
    lives.at[5.0] = lambda: lives.rig.send(Op.STOP, n=1)
    lives.clear_at_pause = 3
    lives.live(3600)
    assert len(lives.pauses) == 3
    assert lives.litres == 0
    assert lives.rig.runtime.barred.hold
    assert len(lives.rig.events(EventKind.STOPPED)) == 1


def test_a_cramped_card_is_thinned_by_the_minute_and_each_time_told(card: LittleCard) -> None:
    packed(card.folder / "edge.db").close()
    rig = Rig(card.folder)
    card.fill(but=LOW_BYTES + (1 << 20))
    rig.seconds(130)
    dropped = rig.events(EventKind.ROWS_DROPPED)
    assert {told["reason"] for told in dropped} == {FULL}
    numbers = {(told["from"], told["to"]) for told in dropped}
    assert len(numbers) == 2
    here = {row.seq for row in rig.runtime.store.rows(1, rig.runtime.store.last, 10_000)}
    assert here.isdisjoint({first for first, _ in numbers})
    rig.runtime.close()
