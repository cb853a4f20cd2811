"""Sorting messages: the rotten ones aside with a reason, their neighbours kept."""

import json
from datetime import timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cloud.clock import from_unix_ms
from cloud.devices.link import KnownDevice
from cloud.telemetry import days
from cloud.telemetry.days import Level
from cloud.telemetry.reader import Incoming, Sorted, sort
from tests.cloud.telemetry.sender import TICKET, Sender
from wire import codec, rows
from wire.codec import MAX_PAYLOAD
from wire.codes import EventKind
from wire.messages import MAX_UNIX_MS, Data
from wire.topics import Up

ME = "abcdefghijklmnop"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KNOWN = KnownDevice(ME, 1, "", SIGNER.public_key().public_bytes_raw().hex())
STRANGER = "ponmlkjihgfedcba"


def read(*messages: Incoming) -> Sorted:
    return sort(messages, {ME: KNOWN})


def reasons(found: Sorted) -> list[str]:
    return [item.reason for item in found.rejected]


def test_each_kind_finds_its_place() -> None:
    me = Sender(ME)
    sample, event = me.sample(), me.event(EventKind.BOOT)
    found = read(
        me.say(Up.BIRTH, me.birth()),
        me.say(Up.LIVE, sample),
        me.say(Up.EVENT, event),
        me.say(Up.ASK, me.ask("0123456789")),
        me.raw(Up.WILL, b'{"session":1}'),
    )
    assert found.samples == [(ME, sample)]
    assert found.events == [(ME, event)]
    assert [birth.epoch for _me, birth in found.births] == [sample.e]
    assert [ask.id for _me, ask in found.asks] == ["0123456789"]
    assert [will.session for _me, will in found.wills] == [1]
    assert found.rejected == []


def test_a_backfill_chunk_holds_samples_and_events() -> None:
    me = Sender(ME)
    sample, event = me.sample(), me.event(EventKind.DOSE_ENDED, {"id": 'x"k":'}, "z1")
    found = read(me.pack(sample, event))
    assert found.samples == [(ME, sample)]
    assert found.events == [(ME, event)]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not_json"),
        (b"hello", "not_json"),
        (b"[]", "rows"),
        (b'{"v":1}', "invalid"),
        (b'{"v":9}', "version"),
        (b" " * (MAX_PAYLOAD + 1), "too_large"),
    ],
)
def test_a_rotten_payload_is_named_and_kept(payload: bytes, reason: str) -> None:
    found = read(Sender(ME).raw(Up.LIVE, payload))
    assert reasons(found) == [reason]
    assert found.rejected[0].device == ME
    assert found.rejected[0].payload == payload


def test_a_rotten_row_does_not_take_its_neighbours_along() -> None:
    me = Sender(ME)
    first, second, third = me.samples(3)
    changed = second.model_copy(update={"t": second.t + 1})
    found = read(me.say(Up.LIVE, first, changed, third))
    assert [row.s for _me, row in found.samples] == [1, 3]
    assert reasons(found) == ["crc"]


def test_a_number_no_database_holds_is_refused() -> None:
    row = Sender(ME).sample()
    body = row.model_dump(mode="json", exclude_none=True, exclude={"c"}) | {"u": 2**63}
    sealed = json.dumps(body | {"c": codec.crc(body)}).encode()
    assert reasons(read(Sender(ME).raw(Up.LIVE, sealed))) == ["invalid"]


def test_the_last_moment_that_is_taken_has_a_day_in_every_time_zone() -> None:
    me = Sender(ME)
    last = rows.seal_sample(me.sample().model_copy(update={"t": MAX_UNIX_MS}))
    ((_device, row),) = read(me.say(Up.LIVE, last)).samples
    moment = from_unix_ms(row.t)
    for hours in (-23, 7, 23):
        assert moment.astimezone(timezone(timedelta(hours=hours))) == moment
    assert days.start_of(days.day_of(row.t) + 1, Level.DAY) > moment


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("other/topic", "topic"),
        (f"vs/2/{ME}/up/t", "topic"),
        ("vs/1/nobody/up/t", "device"),
        (f"vs/1/{ME}/up/x", "kind"),
        (f"vs/1/{ME}/dn/cmd", "direction"),
        (f"vs/1/{STRANGER}/up/t", "unknown_device"),
    ],
)
def test_a_topic_that_is_not_a_devices_own_is_refused(topic: str, reason: str) -> None:
    assert reasons(read(Incoming(topic, b"{}", TICKET))) == [reason]


def test_a_devices_last_will_is_not_a_sign_of_life() -> None:
    me = Sender(ME)
    assert read(me.raw(Up.WILL, b'{"session":1}')).heard == set()
    assert read(me.say(Up.LIVE, me.sample())).heard == {ME}


@given(st.sampled_from(Up), st.binary(max_size=200))
def test_no_octets_break_the_reader(kind: Up, payload: bytes) -> None:
    found = read(Sender(ME).raw(kind, payload))
    assert len(found.rejected) == 1


def test_a_days_summary_that_its_device_signed_is_taken() -> None:
    me = Sender(ME)
    me.event(EventKind.BOOT)
    summary = me.summary(SIGNER, {"day": 20_000, "litres": 12.5})
    assert read(me.say(Up.EVENT, summary)).events == [(ME, summary)]
    assert read(me.pack(summary)).events == [(ME, summary)]


def test_a_days_summary_of_another_signer_is_set_aside_and_its_neighbours_stay() -> None:
    me, other = Sender(ME), Ed25519PrivateKey.from_private_bytes(bytes(31) + b"1")
    before = me.event(EventKind.BOOT)
    found = read(me.say(Up.EVENT, before, me.summary(other, {"day": 20_000, "litres": 12.5})))
    assert found.events == [(ME, before)]
    assert reasons(found) == ["signature"]


@pytest.mark.parametrize(
    "change",
    [
        {"litres": 0.5},
        {"chain": "11" * 32},
        {"chain": "no hash"},
        {"signature": "00" * 64},
        {"signature": "no number"},
        {"signature": None},
    ],
    ids=str,
)
def test_a_summary_changed_after_it_was_signed_is_set_aside(change: Data) -> None:
    me = Sender(ME)
    summary = me.summary(SIGNER, {"day": 20_000, "litres": 12.5})
    forged = rows.seal_event(summary.model_copy(update={"d": {**summary.d, **change}}), me.chain)
    found = read(me.say(Up.EVENT, forged))
    assert (found.events, reasons(found)) == ([], ["signature"])


def test_a_summary_must_follow_the_event_that_it_names() -> None:
    me = Sender(ME)
    summary = me.summary(SIGNER, {"day": 20_000})
    moved = rows.seal_event(summary, "22" * 32)
    assert reasons(read(me.say(Up.EVENT, moved))) == ["signature"]


def test_a_summary_without_any_signature_is_set_aside() -> None:
    me = Sender(ME)
    bare = me.event(EventKind.DAY_SUMMARY, {"day": 20_000, "litres": 12.5}, "z1")
    assert reasons(read(me.say(Up.EVENT, bare))) == ["signature"]
