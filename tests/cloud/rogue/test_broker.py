"""A hostile device before the running brokers: nobody else hears it, and it hears nobody else."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cloud.broker.kinds import AMQTT, MOSQUITTO
from tests.cloud.rogue.attacks import ATTACKS, Attack
from tests.cloud.rogue.conftest import HAS_MOSQUITTO, HONEST_S, managed
from tests.cloud.rogue.line import Hello, Will
from tests.cloud.rogue.scene import ROGUE, Place, scene

BY_NAME = {attack.name: attack for attack in ATTACKS}
EVERYTHING = bool(os.environ.get("VUONSO_ROGUE"))
"""`script/prove rogue`; a broker of its own for each attack takes its time."""

STAND_IN_FALLS = {
    "comes without a password": "thrown out",
    "comes with an empty password": "thrown out",
    "comes with another's name and the own password": "thrown out",
    "comes with the hash for the password": "thrown out",
    "comes as the worker": "thrown out",
    "takes the victim's client id": "thrown out",
    "takes the victim's client id and session": "thrown out",
    "takes the worker's client id": "thrown out",
    "sends 20 MB": "too large",
    "sends an octet too many": "too large",
}
"""What the stand-in cannot help: its library ends the session of a client id before it asks for
the password, and reads a payload of any size. Nothing is read and nothing forged by either."""
TOLD = {"thrown out": "no longer hears", "too large": "octets went through"}

WILLS = (
    "leaves to another's samples",
    "leaves to another's samples, kept",
    "leaves to another's command",
    "leaves to another's command, kept",
    "leaves to another's last word",
)
FEW = (*WILLS[1:4], "takes the victim's client id", "sends 20 MB")
OPEN_IN_STOCK = (*WILLS, *STAND_IN_FALLS) if EVERYTHING else FEW
SLOW_AT_THE_STAND_IN = {"sends 20,000 messages at once", *STAND_IN_FALLS}


def breached(place: Place, attack: Attack) -> list[str]:
    with scene(place, attack.name) as found:
        attack.move.play(found)
        return found.judge()


def names(attacks: list[Attack]) -> list[str]:
    return [attack.name for attack in attacks]


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if not HAS_MOSQUITTO:
        pytest.skip("mosquitto is not installed")
    with managed(MOSQUITTO, tmp_path_factory.mktemp("mosquitto"), HONEST_S) as place:
        yield place


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with managed(AMQTT, tmp_path_factory.mktemp("amqtt"), 0.5) as place:
        yield place


def test_the_table_is_long_enough_and_no_attack_stands_twice() -> None:
    assert len(BY_NAME) == len(ATTACKS) >= 100


@pytest.mark.parametrize("attack", ATTACKS, ids=names(list(ATTACKS)))
def test_mosquitto_withstands(mosquitto: Place, attack: Attack) -> None:
    assert breached(mosquitto, attack) == []


STANDS = [attack for attack in ATTACKS if attack.name not in SLOW_AT_THE_STAND_IN]


@pytest.mark.parametrize("attack", STANDS, ids=names(STANDS))
def test_the_stand_in_withstands(stand_in: Place, attack: Attack) -> None:
    assert breached(stand_in, attack) == []


@pytest.mark.parametrize("name", STAND_IN_FALLS if EVERYTHING else list(STAND_IN_FALLS)[-3:])
def test_what_the_stand_in_cannot_help_is_known(stand_in: Place, name: str) -> None:
    """So that its pages say no more than is true, and a mended library is noticed."""
    harm = breached(replace(stand_in, honest_s=1.0), BY_NAME[name])
    assert harm
    assert all(TOLD[STAND_IN_FALLS[name]] in one for one in harm)


@pytest.mark.parametrize("name", OPEN_IN_STOCK)
def test_the_same_attacks_succeed_where_nobody_guards(stock: Place, name: str) -> None:
    """Else the suite could not see a breach: the library's own plugins, with the same rules."""
    assert breached(stock, BY_NAME[name]) != []


def test_what_is_allowed_is_seen(mosquitto: Place) -> None:
    """A will and a word on an own topic arrive: the eyes of the suite are open."""
    with scene(mosquitto, "allowed") as found:
        will = Will(f"vs/1/{ROGUE.name}/up/will", found.poison)
        line, admitted = found.knock(Hello(ROGUE.name, ROGUE.name, ROGUE.password, will))
        assert admitted
        assert line.publish(f"vs/1/{ROGUE.name}/up/t", found.poison)
        line.break_off()
        assert found.judge() == []
    heard = [one.topic for one in found.cloud.heard if found.poison in one.payload]
    assert heard == [f"vs/1/{ROGUE.name}/up/{kind}" for kind in ("t", "will")]
