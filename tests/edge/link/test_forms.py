"""Agents and clouds of different ages: a chunk is sent in the newest form that the cloud reads."""

from edge.courier import Courier
from tests.edge.link.hostile import bring
from tests.edge.rig import Rig
from wire import backfill, codec
from wire.backfill import Form
from wire.messages import Ack, Reads
from wire.topics import Down

NEWEST = codec.encode(Reads(h=backfill.NEWEST))
NEWER_STILL = b'{"v":1,"h":7,"more":true}'


def connect(rig: Rig) -> str:
    """The nonce of the birth."""
    courier: Courier = rig.runtime.uplink
    courier._greet()
    return courier._nonce[0]


def answer(rig: Rig, nonce: str, number: int, reads: bytes | None = None) -> Form:
    """What the cloud says to a birth, and the form of chunks from then on."""
    if reads is not None:
        bring(rig, Down.READS, reads)
    epoch = rig.runtime.store.origin.epoch
    bring(rig, Down.ACK, codec.encode(Ack(e=epoch, n=number, upto=0, nonce=nonce, now=0)))
    form: Form = rig.runtime.uplink._form
    return form


def test_an_older_cloud_says_nothing_and_is_sent_what_it_reads(rig: Rig) -> None:
    assert rig.runtime.uplink._form == backfill.OLDEST
    assert answer(rig, connect(rig), 1) == backfill.OLDEST


def test_a_cloud_that_reads_the_newest_is_sent_it(rig: Rig) -> None:
    assert answer(rig, connect(rig), 1, NEWEST) == backfill.NEWEST


def test_a_still_newer_cloud_is_sent_the_newest_we_write(rig: Rig) -> None:
    assert answer(rig, connect(rig), 1, NEWER_STILL) == backfill.NEWEST


def test_a_connection_that_broke_changes_nothing(rig: Rig) -> None:
    """Chunks leave before the birth is answered, and after an outage they are many."""
    answer(rig, connect(rig), 1, NEWEST)
    connect(rig)
    assert rig.runtime.uplink._form == backfill.NEWEST


def test_a_cloud_that_was_put_back_to_an_older_one_is_believed(rig: Rig) -> None:
    answer(rig, connect(rig), 1, NEWEST)
    assert answer(rig, connect(rig), 2) == backfill.OLDEST


def test_nonsense_about_forms_is_not_heard(rig: Rig) -> None:
    for reads in (b'{"v":1,"h":0}', b'{"v":1,"h":"2"}', b'{"v":1}', b"\x00"):
        assert answer(rig, connect(rig), 1, reads) == backfill.OLDEST
