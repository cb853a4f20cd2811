"""A day's summary adds up, is signed by the device, and lets old rows go."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge.audit import is_signed
from edge.change import KEEP_ROWS_MS
from edge.clock import DAY_MS, Wall
from edge.office import DayOver
from tests.edge.fakes import NOON_MS
from tests.edge.rig import Rig
from wire import codec
from wire.codes import ClockQuality, EventKind
from wire.messages import Event

HALF_A_DAY = 12 * 3600


def midnight(rig: Rig) -> None:
    """The calendar's job has just run."""
    rig.runtime.uplink._inbox.put(DayOver())
    rig.seconds(1)


def test_the_summary_adds_up_and_its_signature_holds(rig: Rig) -> None:
    rig.settle(1, z1={"strategy": "monitor"}, z2={"strategy": "monitor"})
    rig.seconds(20)
    for number in range(2):
        rig.water(litres=8.0, id_=f"command000{number}")
        rig.seconds(300)
    last = rig.runtime.store.last
    next_day(rig)
    watered, dry = rig.events(EventKind.DAY_SUMMARY)
    ended = rig.events(EventKind.DOSE_ENDED)
    assert (watered["zone"], watered["doses"], watered["cut_off"]) == ("z1", 2, 0)
    assert watered["litres"] == round(sum(float(str(dose["litres"])) for dose in ended), 3)
    assert watered["open_min"] == round(sum(float(str(d["open_s"])) for d in ended) / 60, 2)
    assert watered["vwc_min"] == watered["vwc_mean"] == watered["vwc_max"]
    assert (watered["first"], watered["last"]) == (1, last)
    assert (dry["zone"], dry["doses"], dry["litres"], dry["faults"]) == ("z2", 0, 0.0, 0)
    assert "vwc_mean" not in dry
    for summary, previous in summaries(rig):
        assert is_signed(summary, public_key(rig))
        assert summary.d["chain"] == previous


def test_a_signature_holds_for_one_row_alone(rig: Rig) -> None:
    rig.seconds(120)
    next_day(rig)
    (summary, _), *_ = summaries(rig)
    for change in ({"s": summary.s + 1}, {"z": "z9"}, {"d": {**summary.d, "litres": 9.0}}):
        assert not is_signed(summary.model_copy(update=change), public_key(rig))


def test_a_dose_the_power_cut_counts_with_the_most_it_can_have_given(rig: Rig) -> None:
    rig.seconds(20)
    rig.water(litres=8.0)
    rig.seconds(10)
    rig.power_cut()
    rig.start()
    rig.seconds(90)
    next_day(rig)
    (interrupted,) = rig.events(EventKind.INTERRUPTED)
    summary = rig.events(EventKind.DAY_SUMMARY)[0]
    assert (summary["doses"], summary["cut_off"]) == (0, 1)
    assert summary["cut_off_l"] == interrupted["litres_at_most"]


def test_a_day_is_closed_once_also_when_midnight_comes_again(rig: Rig) -> None:
    rig.seconds(120)
    next_day(rig)
    midnight(rig)
    rig.clock.wall_offset_ms -= DAY_MS
    midnight(rig)
    assert len(rig.events(EventKind.DAY_SUMMARY)) == 2  # of two zones


def test_days_that_ended_while_the_agent_was_off_are_closed_late(rig: Rig) -> None:
    for _ in range(3):
        rig.seconds(120)
        rig.clock.wall_offset_ms += DAY_MS
    midnight(rig)
    days = [summary["day"] for summary in rig.events(EventKind.DAY_SUMMARY)]
    today = rig.clock.wall().day or 0
    assert days == [today - 1, today - 1]  # who never closed a day begins with yesterday
    rig.seconds(120)
    rig.clock.wall_offset_ms += 3 * DAY_MS
    midnight(rig)
    days = [summary["day"] for summary in rig.events(EventKind.DAY_SUMMARY)]
    assert days[2:] == [today, today]  # on the two days after it nobody wrote a row


def test_a_clock_that_was_ahead_bars_no_day(rig: Rig) -> None:
    rig.clock.wall_offset_ms += 60 * DAY_MS
    midnight(rig)
    rig.clock.wall_offset_ms -= 60 * DAY_MS
    midnight(rig)
    rig.seconds(120)
    next_day(rig)
    assert len(rig.events(EventKind.DAY_SUMMARY)) == 2


def test_a_day_without_rows_of_a_zone_needs_no_summary(rig: Rig) -> None:
    next_day(rig)
    assert rig.events(EventKind.DAY_SUMMARY) == []


def test_no_day_ends_on_an_untrusted_clock(rig: Rig) -> None:
    rig.clock.quality = ClockQuality.NONE
    midnight(rig)
    assert rig.events(EventKind.DAY_SUMMARY) == []


def test_rows_of_last_month_go_once_the_cloud_has_them(rig: Rig) -> None:
    rig.seconds(120)
    rig.runtime.store.ack(rig.runtime.store.last)
    before = rig.runtime.store.last
    rig.clock.wall_offset_ms += KEEP_ROWS_MS
    midnight(rig)
    assert rig.runtime.store.oldest() > before - 4


def test_local_days_begin_at_midnight_in_viet_nam() -> None:
    noon = Wall(NOON_MS, ClockQuality.TRUSTED)
    assert noon.minute == 720
    assert Wall(NOON_MS + HALF_A_DAY * 1000, ClockQuality.TRUSTED).minute == 0
    assert Wall(NOON_MS, ClockQuality.NONE).day is None


def next_day(rig: Rig) -> None:
    rig.clock.wall_offset_ms += HALF_A_DAY * 1000
    midnight(rig)


def public_key(rig: Rig) -> Ed25519PublicKey:
    seed = bytes.fromhex(rig.identity.ed25519_seed)
    return Ed25519PrivateKey.from_private_bytes(seed).public_key()


def summaries(rig: Rig) -> Iterator[tuple[Event, str]]:
    """Each summary with the hash of the event before it."""
    previous = codec.GENESIS
    for row in rig.runtime.store.rows(1, rig.runtime.store.last, 10_000):
        if row.kind == "event":
            event = codec.decode(Event, row.payload)
            if event.k is EventKind.DAY_SUMMARY:
                yield event, previous
            previous = event.h
