"""The canary sees a broker without rules, believes no silence, and says when it knows nothing."""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cloud.broker import files
from cloud.broker.address import LOOPBACK, BrokerAddress, Login
from cloud.broker.caller import Caller
from cloud.broker.canary import Aviary, Canary, attempt
from cloud.broker.kinds import AMQTT, MOSQUITTO, free_port
from cloud.broker.managed import ManagedBroker
from cloud.broker.services import Services
from cloud.clock import SystemClock
from tests.edge.broker import Broker
from wire.topics import CANARY, DECOY

AVIARY = Aviary(Login(CANARY, "canary's password"), Login("watcher", "watcher's password"))
SERVICES = Services((Login("ingest-1", "worker's password"),), Login("probe", "x"), AVIARY)
HASTE_S = 1.0

needs_mosquitto = pytest.mark.skipif(
    not shutil.which(MOSQUITTO, path="/usr/sbin:/usr/bin"), reason="mosquitto is not installed"
)
KINDS = [pytest.param(MOSQUITTO, marks=needs_mosquitto), AMQTT]


@pytest.fixture
def address() -> BrokerAddress:
    return BrokerAddress(LOOPBACK, free_port())


@pytest.fixture
def managed(tmp_path: Path, address: BrokerAddress) -> Iterator[ManagedBroker]:
    broker = ManagedBroker(tmp_path / "broker", address, SERVICES)
    yield broker
    broker.stop()


@pytest.fixture
def lawless(tmp_path: Path) -> Iterator[BrokerAddress]:
    """As an installation manual of ten lines leaves it."""
    broker = Broker(tmp_path)
    yield BrokerAddress(LOOPBACK, broker.port)
    broker.kill()


@pytest.mark.parametrize("kind", KINDS)
def test_our_brokers_keep_their_rules(
    managed: ManagedBroker, address: BrokerAddress, kind: str
) -> None:
    managed.start(kind, {}, SystemClock())
    verdict = attempt(address, AVIARY)
    assert verdict.words == "the broker keeps its rules"
    assert (verdict.good, verdict.sure) == (True, True)


@needs_mosquitto
def test_a_broker_without_rules_is_told_with_all_it_lets_through(
    lawless: BrokerAddress, caplog: pytest.LogCaptureFixture
) -> None:
    bird = Canary(lawless, AVIARY)
    assert bird.trouble, "nothing is good before it was tried"
    with caplog.at_level(logging.ERROR):
        verdict = bird.look()
    assert (verdict.good, verdict.sure) == (False, True)
    assert (bird.trouble, bird.silence) == (verdict.words, "")
    assert caplog.messages == [verdict.words], "an alarm in the log"
    for breach in (
        f"read vs/1/{DECOY}/dn/ack",
        f"write vs/1/{DECOY}/up/t",
        f"write vs/1/{DECOY}/dn/cmd",
        f"write vs/1/{DECOY}/dn/des",
        f"write vs/1/{DECOY}/dn/go",
        f"write vs/1/{CANARY}/dn/cmd",
    ):
        assert breach in verdict.words
    with Caller(lawless, Login("late", "x")) as late:
        late.listen(f"vs/1/{DECOY}/dn/#")
        late.say(f"vs/1/{DECOY}/dn/ack", b"now")
        assert late.hears(b"now")
    assert [payload for _topic, payload in late.heard] == [b"now"], "it took its poison away"


@needs_mosquitto
@pytest.mark.parametrize(
    ("rules", "what"),
    [
        (files.access([], "watcher").replace("%u/up", "%u/away"), "write its own reports"),
        (files.access([], "watcher").replace("%u/dn", "%u/away"), "read its own orders"),
        (files.access([], "nobody"), "write its own reports"),
    ],
)
def test_a_canary_that_cannot_sing_is_not_called_well(
    managed: ManagedBroker, address: BrokerAddress, tmp_path: Path, rules: str, what: str
) -> None:
    managed.start(MOSQUITTO, {}, SystemClock())
    managed.stop()
    (tmp_path / "broker" / files.ACCESS).write_text(rules, encoding="utf-8")
    broker = Broker(tmp_path, lines=of(tmp_path / "broker"))
    try:
        verdict = attempt(replace(address, port=broker.port), AVIARY, HASTE_S)
    finally:
        broker.kill()
    assert not verdict.good
    assert what in verdict.words


def of(folder: Path) -> tuple[str, ...]:
    """The managed broker's rules for another one."""
    return tuple(
        line
        for line in (folder / files.CONFIGURATION).read_text(encoding="utf-8").splitlines()
        if line.split()[0] in {"password_file", "acl_file", "use_username_as_clientid"}
    )


@needs_mosquitto
def test_without_an_account_it_says_so(managed: ManagedBroker, address: BrokerAddress) -> None:
    managed.start(MOSQUITTO, {}, SystemClock())
    for stranger in (
        replace(AVIARY, watcher=Login("watcher", "guess")),
        replace(AVIARY, canary=Login(CANARY, "guess")),
    ):
        verdict = attempt(address, stranger)
        assert (verdict.good, verdict.sure) == (False, False)
        assert "vuonso cloud broker accounts" in verdict.words


def test_a_broker_that_is_away_changes_no_verdict(
    managed: ManagedBroker, address: BrokerAddress
) -> None:
    assert attempt(address, AVIARY, 0.1).words == "the broker does not answer"
    managed.start(AMQTT, {}, SystemClock())
    bird = Canary(address, AVIARY, HASTE_S)
    bird.look()
    assert (bird.trouble, bird.silence) == ("", "")
    managed.stop()
    bird.look()
    assert bird.trouble == "", "it kept its rules while it was there"
    assert bird.silence == "the broker does not answer"
