"""An alert opens once, stays until all has been well for a while, and remembers who knows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloud.alerts.kinds import Kind, Place, Severity, calm
from cloud.alerts.rules import Change, Effect, Standing, acknowledge, step
from cloud.alerts.signs import Look, Sign

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LEAK = Place(Kind.LEAK)
PLACES = (LEAK, Place(Kind.NO_FLOW, 1), Place(Kind.SILENT), Place(Kind.HEAT))
NOTHING = Look({})

Seen = tuple[float, Look]
"""Minutes since the look before, and what was seen."""


def sign(place: Place = LEAK, severity: Severity = Severity.WATCH, **detail: str) -> Sign:
    return Sign(place, START, severity, detail)


def shown(*signs: Sign, blind: Sequence[Place] = ()) -> Look:
    return Look({one.place: one for one in signs}, frozenset(blind))


@st.composite
def looks(draw: st.DrawFn) -> Look:
    severities = {place: draw(st.sampled_from([None, *Severity])) for place in PLACES}
    signs = {p: sign(p, severity) for p, severity in severities.items() if severity}
    blind = draw(st.frozensets(st.sampled_from(PLACES)))
    return Look(signs, blind - signs.keys())


HISTORIES = st.lists(st.tuples(st.floats(0.0, 12.0), looks()), max_size=25)


@dataclass(frozen=True)
class Played:
    """A look, and the state and the changes after it."""

    now: datetime
    seen: Look
    state: Mapping[Place, Standing]
    effects: tuple[Effect, ...]


def play(history: Sequence[Seen]) -> list[Played]:
    now, played = START, [Played(START, NOTHING, {}, ())]
    for minutes, seen in history:
        now += timedelta(minutes=minutes)
        after = step(played[-1].state, seen, now)
        played.append(Played(now, seen, after.standing, after.effects))
    return played


@given(HISTORIES)
def test_whatever_is_seen_is_open_and_whatever_opens_was_seen(history: list[Seen]) -> None:
    for one in play(history):
        now, seen, state, effects = one.now, one.seen, one.state, one.effects
        assert seen.signs.keys() <= state.keys()
        for effect in effects:
            if effect.change is not Change.RESOLVED:
                assert effect.standing.place in seen.signs
        for standing in state.values():
            assert standing.since <= standing.opened <= standing.seen <= now
            assert standing.well is None or standing.seen <= standing.well <= now


@given(HISTORIES)
def test_nothing_opens_twice_within_its_calm(history: list[Seen]) -> None:
    opened: dict[Place, datetime] = {}
    for one in play(history):
        for effect in one.effects:
            place = effect.standing.place
            if effect.change is Change.OPENED:
                assert place not in opened or one.now - opened[place] >= calm(place.kind)
                opened[place] = one.now


@given(HISTORIES)
def test_openings_and_endings_take_turns(history: list[Seen]) -> None:
    is_open: set[Place] = set()
    for one in play(history):
        for effect in one.effects:
            place = effect.standing.place
            if effect.change is Change.OPENED:
                assert place not in is_open
                is_open.add(place)
            else:
                assert place in is_open
            if effect.change is Change.RESOLVED:
                is_open.remove(place)
        assert is_open == set(one.state)


@given(HISTORIES)
def test_nothing_ends_before_a_whole_calm_in_which_each_look_found_it_well(
    history: list[Seen],
) -> None:
    played = play(history)
    for at, one in enumerate(played):
        for ended in (e.standing for e in one.effects if e.change is Change.RESOLVED):
            well, place = ended.well or one.now, ended.place
            assert one.now - well >= calm(place.kind)
            meanwhile = [past.seen for past in played[: at + 1] if past.now > well]
            assert not any(place in seen.signs or place in seen.blind for seen in meanwhile)


@given(HISTORIES)
def test_the_same_look_again_changes_nothing(history: list[Seen]) -> None:
    for one in play(history):
        again = step(one.state, one.seen, one.now)
        assert again.effects == ()
        assert again.standing == one.state


@given(HISTORIES)
def test_it_never_becomes_less_pressing_and_worsens_only_once(history: list[Seen]) -> None:
    before: Mapping[Place, Standing] = {}
    for one in play(history):
        state = one.state
        worse = {e.standing.place for e in one.effects if e.change is Change.WORSENED}
        for place, standing in state.items():
            if place in before:
                grown = standing.severity.rank - before[place].severity.rank
                assert grown >= 0
                assert (grown > 0) is (place in worse)
        before = state


def test_who_knows_of_it_is_remembered_until_it_is_worse() -> None:
    state = step({}, shown(sign()), START).standing
    known = {LEAK: acknowledge(state[LEAK], START)}
    later = START + timedelta(minutes=1)
    assert acknowledge(known[LEAK], later).acknowledged == START
    assert step(known, shown(sign()), later).standing[LEAK].acknowledged == START
    worse = step(known, shown(sign(severity=Severity.ACT)), later)
    assert worse.standing[LEAK].acknowledged is None
    assert [effect.change for effect in worse.effects] == [Change.WORSENED]


def test_what_is_blind_neither_ends_nor_counts_as_well() -> None:
    state = step({}, shown(sign()), START).standing
    well = step(state, NOTHING, START + timedelta(minutes=1)).standing
    away = step(well, shown(blind=[LEAK]), START + timedelta(minutes=2)).standing
    assert away[LEAK].well is None
    again = step(away, NOTHING, START + timedelta(hours=9))
    assert again.effects == ()
    assert again.standing[LEAK].well == START + timedelta(hours=9)


def test_the_newest_detail_is_the_one_to_read() -> None:
    state = step({}, shown(sign(code="leaking")), START).standing
    later = step(state, shown(sign(code="burst")), START + timedelta(minutes=1))
    assert later.standing[LEAK].detail == {"code": "burst"}
    assert later.effects == ()


def test_a_device_whose_clock_runs_ahead_has_no_trouble_of_tomorrow() -> None:
    ahead = Sign(LEAK, START + timedelta(hours=1), Severity.ACT)
    assert step({}, Look({LEAK: ahead}), START).standing[LEAK].since == START
