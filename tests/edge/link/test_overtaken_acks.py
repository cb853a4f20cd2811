"""Workers of the cloud say in any order what is durable; a cloud that forgot is believed."""

import pytest

from edge.courier import Courier
from tests.edge.link.hostile import bring
from tests.edge.rig import Rig
from wire import codec
from wire.messages import Ack
from wire.topics import Down

NOW_MS = 1_800_000_000_000


@pytest.fixture
def rig(rig: Rig) -> Rig:
    rig.seconds(120)
    assert rig.runtime.store.last > 3
    return rig


def tell(rig: Rig, upto: int, n: int, nonce: str | None = None) -> int:
    """An ack comes in; up to where the agent believes the cloud to have all rows."""
    epoch = rig.runtime.store.origin.epoch
    ack = Ack(e=epoch, n=n, upto=upto, nonce=nonce, now=NOW_MS)
    bring(rig, Down.ACK, codec.encode(ack))
    return rig.runtime.store.acked


def test_an_ack_that_was_overtaken_takes_nothing_back(rig: Rig) -> None:
    assert tell(rig, upto=3, n=20) == 3
    assert tell(rig, upto=1, n=19) == 3


def test_a_cloud_that_was_restored_speaks_with_a_higher_number_and_is_believed(rig: Rig) -> None:
    assert tell(rig, upto=3, n=20) == 3
    assert tell(rig, upto=1, n=21) == 1


def test_the_same_ack_twice_is_one(rig: Rig) -> None:
    assert tell(rig, upto=2, n=20) == 2
    assert tell(rig, upto=2, n=20) == 2


def test_the_answer_to_a_birth_counts_whatever_its_number(rig: Rig) -> None:
    """So a cloud whose clock was set back is followed from the next connection on."""
    courier: Courier = rig.runtime.uplink
    assert tell(rig, upto=3, n=20) == 3
    courier._announce()
    nonce = courier._nonce[0]
    assert tell(rig, upto=1, n=5, nonce=nonce) == 1
    assert tell(rig, upto=2, n=6) == 2
