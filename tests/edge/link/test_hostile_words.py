"""Commands, answers and settings, twice, late, again, altered or forged: nothing moves."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.courier import MAX_INBOX
from edge.office import TOLD_BURST
from tests.edge.link.hostile import ID, WATER, bring, desired, stop, written
from tests.edge.rig import DRY, Rig
from wire.codec import MAX_PAYLOAD
from wire.codes import Cause, Ended, EventKind, Refusal
from wire.messages import Ask, Go
from wire.topics import Down, down

MINUTE, HOUR = 60, 3600
FOREIGN_KEY, FOREIGN_DEVICE = bytes(32), "abcdefghijklmn23"


@pytest.fixture
def rig(rig: Rig) -> Rig:
    rig.seconds(20)
    return rig


def answered(rig: Rig, ask: Ask) -> bytes:
    return written(rig, Go(id=ask.id, nonce=ask.nonce))


def watered(rig: Rig) -> tuple[bytes, bytes]:
    """One honest dose, carried out to its end; the two messages that asked for it."""
    command = written(rig, WATER)
    bring(rig, Down.CMD, command)
    rig.seconds(1)
    go = answered(rig, rig.asked())
    bring(rig, Down.GO, go)
    rig.seconds(HOUR)
    assert len(doses(rig)) == 1
    return command, go


def doses(rig: Rig) -> list[object]:
    """The commands that water was given for."""
    started = rig.events(EventKind.DOSE_STARTED)
    return [event["id"] for event in started if event["cause"] == Cause.MANUAL]


def refusals(rig: Rig) -> list[object]:
    kinds = (
        EventKind.COMMAND_REJECTED,
        EventKind.COMMAND_DUPLICATE,
        EventKind.COMMAND_EXPIRED,
    )
    return [event["reason"] for event in rig.events() if event["kind"] in kinds]


class TestTwice:
    def test_a_command_and_its_answer_delivered_twice_water_once(self, rig: Rig) -> None:
        command, go = watered(rig)
        for _ in range(2):
            bring(rig, Down.CMD, command)
            bring(rig, Down.GO, go)
        rig.seconds(HOUR)
        assert len(doses(rig)) == 1
        assert refusals(rig) == [Refusal.DUPLICATE] * 2

    def test_a_command_repeated_in_its_own_dose_changes_nothing(self, rig: Rig) -> None:
        command = written(rig, WATER)
        bring(rig, Down.CMD, command)
        rig.seconds(1)
        go = answered(rig, rig.asked())
        for _ in range(3):
            bring(rig, Down.GO, go)
            bring(rig, Down.CMD, command)
        rig.seconds(HOUR)
        (ended,) = [event for event in rig.events(EventKind.DOSE_ENDED) if event.get("id") == ID]
        assert ended["litres"] == pytest.approx(8.0, abs=0.2)


class TestLate:
    def test_a_retained_command_is_asked_back_at_every_meeting_and_waters_never(
        self, rig: Rig
    ) -> None:
        for _ in range(5):
            bring(rig, Down.CMD, written(rig, WATER))
            rig.seconds(MINUTE)
            assert rig.asked().id == ID
        assert doses(rig) == []
        assert refusals(rig) == [Refusal.EXPIRED] * 5

    def test_an_answer_that_was_long_on_its_way_waters_nothing(self, rig: Rig) -> None:
        bring(rig, Down.CMD, written(rig, WATER))
        rig.seconds(1)
        go = answered(rig, rig.asked())
        rig.seconds(11)
        bring(rig, Down.GO, go)
        rig.seconds(MINUTE)
        assert doses(rig) == []
        assert refusals(rig) == [Refusal.EXPIRED]

    def test_an_answer_that_overtakes_its_command_waters_nothing(self, rig: Rig) -> None:
        bring(rig, Down.GO, written(rig, Go(id=ID, nonce="a" * 16)))
        bring(rig, Down.CMD, written(rig, WATER))
        rig.seconds(MINUTE)
        assert doses(rig) == []


class TestAgain:
    def test_a_recorded_handshake_is_worth_nothing_after_a_restart(self, rig: Rig) -> None:
        command = written(rig, WATER)
        bring(rig, Down.CMD, command)
        rig.seconds(1)
        go = answered(rig, rig.asked())  # taken down, never delivered
        rig.runtime.close()
        rig.start()
        rig.seconds(20)
        bring(rig, Down.CMD, command)
        bring(rig, Down.GO, go)
        rig.seconds(MINUTE)
        assert doses(rig) == []

    def test_a_command_carried_out_stays_carried_out_after_a_restart(self, rig: Rig) -> None:
        command, _go = watered(rig)
        rig.runtime.close()
        rig.start()
        rig.seconds(20)
        bring(rig, Down.CMD, command)
        rig.seconds(MINUTE)
        assert len(doses(rig)) == 1
        assert refusals(rig) == [Refusal.DUPLICATE]


class TestForged:
    def test_a_command_for_another_device_is_none_for_this_one(self, rig: Rig) -> None:
        bring(rig, Down.CMD, written(rig, WATER, device=FOREIGN_DEVICE))
        rig.seconds(1)
        assert refusals(rig) == [Refusal.BAD_MAC]

    def test_a_stop_that_is_not_the_clouds_shuts_nothing(self, rig: Rig) -> None:
        rig.water()
        bring(rig, Down.CMD, written(rig, stop(99), key=FOREIGN_KEY))
        rig.seconds(1)
        assert rig.open == {"z1"}

    def test_a_command_altered_on_its_way_is_refused(self, rig: Rig) -> None:
        body = written(rig, WATER)
        bring(rig, Down.CMD, body.replace(b'"litres":8.0', b'"litres":9.0'))
        bring(rig, Down.CMD, body.replace(b'"z1"', b'"z2"'))
        rig.seconds(1)
        assert refusals(rig) == [Refusal.BAD_MAC] * 2

    def test_an_answer_that_is_not_the_clouds_waters_nothing(self, rig: Rig) -> None:
        bring(rig, Down.CMD, written(rig, WATER))
        rig.seconds(1)
        ask = rig.asked()
        bring(rig, Down.GO, written(rig, Go(id=ask.id, nonce=ask.nonce), key=FOREIGN_KEY))
        rig.seconds(MINUTE)
        assert doses(rig) == []

    def test_settings_that_are_not_the_clouds_are_not_even_remembered(self, rig: Rig) -> None:
        bring(rig, Down.DESIRED, written(rig, desired(9), key=FOREIGN_KEY))
        rig.seconds(1)
        bring(rig, Down.DESIRED, written(rig, desired(2)))
        rig.seconds(1)
        (applied,) = rig.events(EventKind.SETTINGS_APPLIED)
        assert applied["version"] == 2

    def test_an_ack_for_rows_not_yet_written_delivers_none_of_them(self, rig: Rig) -> None:
        store = rig.runtime.store
        epoch = store.origin.epoch
        body = b'{"e":"%s","have":[[1,9000000]],"now":0,"upto":9000000,"v":1}' % epoch.encode()
        bring(rig, Down.ACK, body)
        written_then = store.last
        rig.seconds(2 * MINUTE)
        assert store.acked <= written_then
        parcel = rig.runtime.uplink._drain.next(store.last)
        assert parcel is not None
        assert parcel.span == (written_then + 1, store.last)


class TestFlood:
    def test_forged_commands_fill_neither_card_nor_memory(self, rig: Rig) -> None:
        for number in range(5_000):
            false = WATER.model_copy(update={"id": f"forged{number:06}"})
            bring(rig, Down.CMD, written(rig, false, key=FOREIGN_KEY))
        assert rig.runtime.agent._office._letterbox.inbox.qsize() <= MAX_INBOX
        rig.seconds(30)
        assert len(refusals(rig)) == TOLD_BURST

    def test_a_dose_goes_on_in_it_and_stop_is_heard_after_it(self, rig: Rig) -> None:
        rig.water()
        false = written(rig, WATER, key=FOREIGN_KEY)
        for _ in range(20):
            for _ in range(20):
                bring(rig, Down.CMD, false)
            rig.seconds(1)
            assert rig.open == {"z1"}
        bring(rig, Down.CMD, written(rig, stop(1)))
        rig.seconds(1)
        assert rig.open == set()

    def test_refusals_are_told_again_when_it_is_over(self, rig: Rig) -> None:
        for _ in range(100):
            bring(rig, Down.CMD, written(rig, WATER, key=FOREIGN_KEY))
        rig.seconds(HOUR)
        told = len(refusals(rig))
        bring(rig, Down.CMD, written(rig, WATER, key=FOREIGN_KEY))
        rig.seconds(1)
        assert len(refusals(rig)) == told + 1


class TestSettings:
    def test_an_equal_or_older_version_is_no_news_whatever_it_says(self, rig: Rig) -> None:
        bring(rig, Down.DESIRED, written(rig, desired(3)))
        rig.seconds(1)
        for version in (3, 2):
            bring(rig, Down.DESIRED, written(rig, desired(version, "adaptive")))
        rig.raw = DRY
        rig.seconds(HOUR)
        assert len(rig.events(EventKind.SETTINGS_APPLIED)) == 1
        assert "z1" not in [event["zone"] for event in rig.events(EventKind.DOSE_STARTED)]

    def test_those_that_come_between_two_pulses_wait_for_the_end_of_the_dose(
        self, rig: Rig
    ) -> None:
        rig.raw = DRY
        while not rig.open:
            rig.seconds(1)
        while rig.open:
            rig.seconds(1)
        bring(rig, Down.DESIRED, written(rig, desired(2)))
        rig.seconds(3 * HOUR)
        ended = [event for event in rig.events(EventKind.DOSE_ENDED) if event["zone"] == "z1"]
        assert [event["ended"] for event in ended] == [Ended.COMPLETE]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"[" * 10_000,
        b'{"v":1}',
        b'{"v":1,"id":"command0001","nonce":NaN}',
        b'{"v":2,"version":1e999}',
        b"9" * 5_000,
        b" " * (MAX_PAYLOAD + 1),
    ],
    ids=lambda payload: repr(payload[:12]),
)
def test_what_is_no_message_at_all_is_not_heard(rig: Rig, payload: bytes) -> None:
    last = rig.runtime.store.last
    for kind in Down:
        bring(rig, kind, payload)
    rig.runtime.agent.attend()
    assert rig.open == set()
    assert rig.runtime.store.last == last


@pytest.mark.parametrize("topic", ["", "vs/1", "vs/2/x/dn/cmd", "$SYS/broker/load", "vs/1/" * 99])
def test_what_comes_on_another_topic_is_not_heard(rig: Rig, topic: str) -> None:
    rig.runtime.uplink._receive(topic, written(rig, stop(1)))
    rig.runtime.uplink._receive(topic + down(rig.identity.device, Down.CMD), b"{}")
    assert rig.runtime.agent._office._letterbox.inbox.empty()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 200), bit=st.integers(0, 7), kind=st.sampled_from(list(Down)))
def test_one_flipped_bit_moves_nothing(rig: Rig, at: int, bit: int, kind: Down) -> None:
    body = bytearray(written(rig, WATER))
    body[at % len(body)] ^= 1 << bit
    bring(rig, kind, bytes(body))
    rig.runtime.agent.attend()
    assert rig.runtime.uplink._asks.empty()
    assert rig.open == set()
