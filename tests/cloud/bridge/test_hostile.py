"""Hostile words among honest commands: none is carried out, and each honest one is, once.

A cut of `script/prove commands`; with any one check taken out the same game is lost.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from edge.commands import Desk, Told, Verdict
from tests.cloud.bridge.attacks import Attacker, Spoils
from tests.cloud.bridge.bridge import Bridge
from tests.cloud.bridge.campaign import Campaign, open_farm
from wire.messages import Command, Go
from wire.topics import Down

SEED = 20_261_129
HONEST, HOSTILE, SABOTAGED = 40, 400, 12


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    with ExitStack() as leaving:
        campaign = Campaign(*open_farm(tmp_path, leaving), Random(SEED))
        campaign.prepare()
        yield campaign


def test_no_hostile_word_is_carried_out_and_every_honest_one_exactly_once(
    campaign: Campaign,
) -> None:
    campaign.play(HONEST, HOSTILE)
    told = f"seed {SEED}: {dict(campaign.obeyed)}"
    assert campaign.obeyed.total() == 0, told
    assert campaign.wrong() == [], told
    assert campaign.unfinished() == 0, told
    classes = Attacker(campaign.bridge, Spoils(), Random(0)).classes
    assert set(campaign.brought) == set(classes), "a class that never came proves nothing"


class TrustsEverybody(Desk):
    """Asks for no code."""

    def _written_by_cloud(self, message: Command | Go, kind: Down) -> bool:
        del message, kind
        return True


class WaitsForEver(Desk):
    """Has no idea how old a question is."""

    def go(self, go: Go, net: float) -> Verdict:
        question = self._open.get(go.id)
        return super().go(go, net if question is None else question.asked_at)

    def overdue(self, net: float) -> list[Told]:
        del net
        return []


def with_desk(kind: type[Desk]) -> Callable[[Bridge], object]:
    """The agent of now with another desk that knows the same."""

    def swap(bridge: Bridge) -> None:
        office, identity = bridge.rig.runtime.agent._office, bridge.rig.identity
        if not isinstance(office._desk, kind):
            key = bytes.fromhex(identity.command_key)
            office._desk = kind(identity.device, key, office._desk._is_seen, office._desk._nonce)

    return swap


def forget_stops(bridge: Bridge) -> None:
    """Both its count and its ids, for either alone keeps a STOP from coming again."""
    bridge.rig.runtime.agent._house.stop_n = 0
    bridge.rig.runtime.store._db.execute("DELETE FROM seen_command")


def forget_versions(bridge: Bridge) -> None:
    bridge.rig.runtime.agent._office._settings._heard = 0


def want_everything(bridge: Bridge) -> None:
    bridge.gullible = True


@pytest.mark.parametrize(
    ("sabotage", "attack"),
    [
        (with_desk(TrustsEverybody), "forged answer"),
        (with_desk(TrustsEverybody), "altered answer"),
        (with_desk(WaitsForEver), "late answer"),
        (forget_stops, "replayed stop"),
        (forget_versions, "replayed settings"),
        (want_everything, "no longer wanted"),
    ],
)
def test_with_one_check_taken_out_the_same_game_is_lost(
    campaign: Campaign, sabotage: Callable[[Bridge], object], attack: str
) -> None:
    campaign.sabotage = sabotage
    campaign.play(0, SABOTAGED, frozenset({attack}))
    assert campaign.obeyed[attack] > 0
    assert campaign.wrong() != []
