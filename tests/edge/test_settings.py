"""The cloud's settings: whole or not at all, on the card before they are told, never wider."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, TypeAdapter

from edge.birth import birth
from edge.config_file import load
from edge.control import Strategy, ZoneParams
from edge.evaporation import EPOCH
from edge.profiles import crops
from edge.zones import params_of
from tests.edge.fakes import BOARD
from tests.edge.link.hostile import bring
from tests.edge.rig import DRY, Rig
from wire import codec
from wire.codes import Crop, EventKind
from wire.identity import new_identity
from wire.messages import Birth, Desired, ZoneSettings
from wire.settings import digest
from wire.topics import Down, down

HOUR = 3600
MONITOR: dict[str, object] = {"strategy": "monitor"}
TIMER: dict[str, object] = {"strategy": "timer"}


def send(rig: Rig, body: dict[str, object]) -> None:
    """A document as any cloud might write it, signed by ours."""
    key = bytes.fromhex(rig.identity.command_key)
    desired = Desired.model_validate(body)
    topic = down(rig.identity.device, Down.DESIRED)
    bring(rig, Down.DESIRED, codec.encode(codec.sign(desired, topic, key)))
    rig.seconds(1)


def _json(doc: object) -> dict[str, JsonValue]:
    return TypeAdapter(dict[str, JsonValue]).validate_python(doc)


def versions(rig: Rig, kind: EventKind = EventKind.SETTINGS_APPLIED) -> list[object]:
    return [event["version"] for event in rig.events(kind)]


def strategies(rig: Rig) -> list[Strategy]:
    return [zone.params.strategy for zone in rig.zones]


def born(rig: Rig) -> Birth:
    board, clock = load(rig.board), rig.runtime.agent._clock
    return birth(board, rig.identity, rig.runtime.store, clock, "a" * 16)


def spoil(rig: Rig, *versions: int) -> None:
    """The card loses some bits of settings between two starts."""
    rig.runtime.close()
    with sqlite3.connect(rig.store_path) as card:
        spoilt = (
            "UPDATE settings SET body = replace(body, 'monitor', 'adaptive') WHERE version = ?"
        )
        card.executemany(spoilt, [(version,) for version in versions])
    card.close()
    rig.start()


class TestTaken:
    def test_they_rule_at_once_where_nothing_flows_and_after_a_restart(self, rig: Rig) -> None:
        rig.settle(3, z1=MONITOR, z2=MONITOR)
        assert versions(rig) == [3]
        rig.runtime.close()
        rig.start()
        rig.raw = DRY
        rig.seconds(HOUR)
        assert strategies(rig) == [Strategy.MONITOR] * 2
        assert versions(rig) == [3]
        assert rig.events(EventKind.DOSE_STARTED) == []

    def test_a_version_not_above_the_highest_heard_does_nothing_even_after_a_restart(
        self, rig: Rig
    ) -> None:
        rig.settle(3, z1=MONITOR)
        for version in (3, 2, 1):
            rig.settle(version, z1=TIMER)
        rig.runtime.close()
        rig.start()
        rig.settle(3, z1=TIMER)
        assert strategies(rig)[0] is Strategy.MONITOR
        assert versions(rig) == [3]

    def test_a_zone_that_is_not_named_goes_by_the_hardware_file_again(self, rig: Rig) -> None:
        rig.settle(1, z1=MONITOR, z2=MONITOR)
        rig.settle(2, z2=MONITOR)
        assert strategies(rig) == [Strategy.ADAPTIVE, Strategy.MONITOR]

    def test_what_only_a_newer_cloud_knows_is_ignored_but_vouched_for(self, rig: Rig) -> None:
        doc = {"zones": {"z1": {**MONITOR, "moon": "full"}}, "later": [1, None]}
        body = {"version": 2, "doc": doc, "tomorrow": {"x": 1.5}}
        send(rig, body)
        assert strategies(rig)[0] is Strategy.MONITOR
        assert rig.events(EventKind.SETTINGS_APPLIED)[0]["digest"] == digest(_json(doc))
        key = bytes.fromhex(rig.identity.command_key)
        topic = down(rig.identity.device, Down.DESIRED)
        later = codec.sign(Desired.model_validate({**body, "version": 3}), topic, key)
        bring(rig, Down.DESIRED, codec.encode(later).replace(b"full", b"half"))
        rig.seconds(1)
        assert versions(rig) == [2]

    def test_a_name_and_a_crop_come_with_them(self, rig: Rig) -> None:
        rig.settle(
            1, z1={"strategy": "adaptive", "name": "Luống 1", "crop": Crop.MELON}, z2=MONITOR
        )
        first_zone, second = rig.zones
        assert (first_zone.name, second.name) == ("Luống 1", "Luống <giếng> & ao")
        assert first_zone.params.curve == crops()["melon"].curve(None)

    def test_the_birth_tells_what_is_on_the_card(self, rig: Rig) -> None:
        assert (born(rig).settings_version, born(rig).settings) == (0, None)
        doc = {"zones": {"z1": {**MONITOR, "refill": 0.7, "moon": 1}}}
        send(rig, {"version": 5, "doc": doc})
        assert (born(rig).settings_version, born(rig).settings) == (5, digest(_json(doc)))


class TestRefused:
    def test_the_whole_document_and_each_wrong_key_by_name(self, rig: Rig) -> None:
        odd = {"strategy": "timer", "refill": 0.9, "target": 0.8}
        empty = {"strategy": "threshold", "window_from": 900, "window_to": 600}
        rig.settle(7, z1=odd, z2=empty, z9=TIMER)
        (refused,) = rig.events(EventKind.SETTINGS_REJECTED)
        assert refused["wrong"] == 4
        assert [refused[f"wrong_{number}"] for number in (1, 2, 3, 4)] == [
            "zones.z1.refill not_below_target",
            "zones.z2.window_from empty_window",
            "zones.z2.strategy too_few_probes",
            "zones.z9 unknown_zone",
        ]
        assert strategies(rig) == [Strategy.ADAPTIVE] * 2
        assert (born(rig).settings_version, born(rig).settings) == (7, None)

    def test_what_the_contract_does_not_allow_is_told_and_not_only_dropped(self, rig: Rig) -> None:
        zone = {"strategy": "moonlight", "refill": 7, "plants": "60"}
        send(rig, {"version": 1, "doc": {"zones": {"z1": zone, "z2": MONITOR}}})
        (refused,) = rig.events(EventKind.SETTINGS_REJECTED)
        told = {str(refused[f"wrong_{number}"]) for number in (1, 2, 3)}
        assert told == {f"zones.z1.{key} invalid" for key in ("strategy", "refill", "plants")}
        assert strategies(rig) == [Strategy.ADAPTIVE] * 2

    def test_the_last_good_ones_stay_in_force_and_older_ones_stay_away(self, rig: Rig) -> None:
        rig.settle(4, z1=MONITOR)
        rig.settle(6, z9=TIMER)
        rig.runtime.close()
        rig.start()
        rig.settle(5, z1=TIMER)
        rig.settle(6, z9=TIMER)
        assert strategies(rig)[0] is Strategy.MONITOR
        assert versions(rig) == [4]
        assert versions(rig, EventKind.SETTINGS_REJECTED) == [6]

    def test_by_a_start_under_a_hardware_file_that_bears_them_no_more(self, rig: Rig) -> None:
        rig.settle(2, z1={"strategy": "threshold"})
        rig.runtime.close()
        whole = rig.board.read_text(encoding="utf-8")
        rig.board.write_text(whole[: whole.index('[[probes]]\nkey = "p2"')], encoding="utf-8")
        for _ in range(2):
            rig.start()
            assert strategies(rig)[0] is Strategy.ADAPTIVE
            (refused,) = rig.events(EventKind.SETTINGS_REJECTED)
            assert refused["wrong_1"] == "zones.z1.strategy too_few_probes"
            rig.runtime.close()
        rig.board.write_text(whole, encoding="utf-8")
        rig.start()
        assert strategies(rig)[0] is Strategy.THRESHOLD
        assert versions(rig) == [2, 2]


class TestPowerAndCard:
    def test_a_power_cut_between_taking_and_telling_is_made_good_by_the_start(
        self, rig: Rig
    ) -> None:
        rig.seconds(20)
        rig.water()
        rig.settle(8, z1=MONITOR)
        assert versions(rig, EventKind.SETTINGS_TAKEN) == [8]
        assert versions(rig) == []
        rig.power_cut()
        rig.start()
        assert strategies(rig)[0] is Strategy.MONITOR
        assert versions(rig) == [8]

    def test_a_damaged_document_gives_way_to_the_one_before_and_then_to_the_file(
        self, rig: Rig
    ) -> None:
        rig.settle(1, z1=TIMER)
        rig.settle(2, z1=MONITOR)
        spoil(rig, 2)
        assert strategies(rig)[0] is Strategy.TIMER
        assert versions(rig) == [1, 2, 1]
        assert born(rig).settings_version == 2
        with sqlite3.connect(rig.store_path) as card:
            card.execute("UPDATE settings SET body = substr(body, 2)")
        card.close()
        rig.runtime.close()
        rig.start()
        assert strategies(rig)[0] is Strategy.ADAPTIVE
        assert (born(rig).settings_version, born(rig).settings) == (2, None)
        rig.settle(3, z1=MONITOR)  # the cloud says it again, under a number above all heard
        assert strategies(rig)[0] is Strategy.MONITOR

    def test_they_outlive_a_store_that_is_set_aside_and_are_told_again(self, rig: Rig) -> None:
        rig.settle(4, z2=MONITOR)
        rig.runtime.close()
        rig.store_path.write_bytes(b"rubbish" * 1000)
        rig.start()
        assert strategies(rig) == [Strategy.ADAPTIVE, Strategy.MONITOR]
        assert versions(rig) == [4]
        rig.settle(3, z2=TIMER)
        assert strategies(rig)[1] is Strategy.MONITOR

    def test_a_box_that_is_somebody_elses_now_obeys_no_settings_of_before(self, rig: Rig) -> None:
        rig.settle(9, z1=MONITOR)
        rig.runtime.close()
        rig.identity = new_identity(("mqtt://127.0.0.1:1",), simulated=True)
        rig.start()
        assert strategies(rig)[0] is Strategy.ADAPTIVE
        assert born(rig).settings is None


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    board = tmp_path_factory.mktemp("board") / "hardware.toml"
    board.write_text(BOARD, encoding="utf-8")
    return board


CHOSEN = {
    "name",
    "key",
    "strategy",
    "plants",
    "refill",
    "target",
    "window",
    "curve",
    "stress_p",
    "planted",
}
"""All that settings may decide on; every other parameter is a bound or belongs to the building."""


@given(
    wish=st.builds(
        ZoneSettings,
        strategy=st.sampled_from(["timer", "threshold", "adaptive", "monitor"]),
        name=st.none(),
        crop=st.none() | st.sampled_from(Crop),
        planted=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
        plants=st.none() | st.integers(1, 100_000),
    )
)
def test_whatever_is_wished_no_bound_of_the_hardware_file_moves(
    built: Path, wish: ZoneSettings
) -> None:
    zone = load(built).zone("z1")
    before, after = params_of(zone, None), params_of(zone, wish)
    names = [name for name in ZoneParams.__dataclass_fields__ if name not in CHOSEN]
    assert [getattr(before, name) for name in names] == [getattr(after, name) for name in names]
    assert wish.planted is None or after.planted == (wish.planted - EPOCH).days


def test_another_count_of_plants_is_no_water(rig: Rig) -> None:
    rig.seconds(20)
    rig.water()
    rig.seconds(2 * HOUR)
    before = rig.zones[0].memory.belief
    assert before is not None
    assert before.litres > 0.1
    rig.settle(1, z1={"strategy": "adaptive", "plants": 30})
    rig.seconds(HOUR // 4)
    after = rig.zones[0].memory.belief
    assert after is not None
    assert after.litres == pytest.approx(before.litres * 2)
    assert after.water_l == pytest.approx(before.water_l)


class TestForecast:
    def test_it_rules_with_the_rest_of_the_document_and_after_a_restart(self, rig: Rig) -> None:
        forecast = {"2026-03-02": 1.15}
        send(rig, {"version": 3, "doc": {"zones": {"z1": TIMER}, "forecast": forecast}})
        told = (((date(2026, 3, 2) - EPOCH).days, 1.15),)
        assert [zone.params.forecast for zone in rig.zones] == [told, told]
        rig.runtime.close()
        rig.start()
        assert [zone.params.forecast for zone in rig.zones] == [told, told]

    @pytest.mark.parametrize("share", [1.21, 0.79, -1.0, "1.0", None])
    def test_one_beyond_a_fifth_is_refused_by_name_with_all_that_came_with_it(
        self, rig: Rig, share: object
    ) -> None:
        send(
            rig, {"version": 3, "doc": {"zones": {"z1": TIMER}, "forecast": {"2026-03-02": share}}}
        )
        (refused,) = rig.events(EventKind.SETTINGS_REJECTED)
        assert refused["wrong_1"] == "forecast.2026-03-02 invalid"
        assert [zone.params.forecast for zone in rig.zones] == [(), ()]
