"""A day's summary adds up, is signed by the device, and lets old rows go."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.change import KEEP_ROWS_MS
from edge.clock import Wall
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
    rig.clock.wall_offset_ms += HALF_A_DAY * 1000
    midnight(rig)
    (summary,) = rig.events(EventKind.DAY_SUMMARY)
    assert (summary["zone"], summary["doses"]) == ("z1", 2)
    given = sum(float(str(event["litres"])) for event in rig.events(EventKind.DOSE_ENDED))
    assert summary["litres"] == round(given, 3)
    signed = {
        "zone": "z1",
        "day": summary["day"],
        "litres": summary["litres"],
        "doses": 2,
        "previous": chain_before(rig, EventKind.DAY_SUMMARY),
    }
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(rig.identity.ed25519_seed))
    key.public_key().verify(bytes.fromhex(str(summary["signature"])), codec.dump(signed))


def test_a_day_without_water_needs_no_summary(rig: Rig) -> None:
    rig.clock.wall_offset_ms += HALF_A_DAY * 1000
    midnight(rig)
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


def chain_before(rig: Rig, kind: EventKind) -> str:
    """The hash of the event before the first of a kind."""
    previous = codec.GENESIS
    for row in rig.runtime.store.rows(1, rig.runtime.store.last, 10_000):
        if row.kind == "event":
            event = codec.decode(Event, row.payload)
            if event.k is kind:
                return previous
            previous = event.h
    return previous
