"""The way to the cloud is encrypted, and only the installation's own broker is believed."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import pytest

from tests.edge.broker import BINARY, Town, until
from tests.edge.link.authority import Authority, authority
from tests.edge.rig import Rig

pytestmark = [
    pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed"),
    # paho leaves the socket of a handshake that failed to the collector
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
]

OURS = authority("the cooperative")
ANOTHER = authority("somebody else")
LAST_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


class _Certificate(TypedDict, total=False):
    until: datetime
    address: str


def agent_at(town: Town, lines: tuple[str, ...], ca: str | None) -> Rig:
    """An agent that pins this authority, at a broker with these lines in its file."""
    broker = town.broker(lines=lines)
    rig = town.agent(broker.url.replace("mqtt:", "mqtts:"), ca=ca)
    rig.runtime.start()
    return rig


def pinned(folder: Path, who: Authority) -> str:
    path = folder / "ca.pem"
    path.write_text(who.pem, encoding="utf-8")
    return str(path)


def test_a_broker_that_the_pinned_authority_vouches_for_is_believed(
    town: Town, tmp_path: Path
) -> None:
    rig = agent_at(town, OURS.listener(tmp_path), OURS.pem)
    until(lambda: rig.runtime.uplink.is_connected)


def test_the_authority_may_be_a_file(town: Town, tmp_path: Path) -> None:
    rig = agent_at(town, OURS.listener(tmp_path), pinned(tmp_path, OURS))
    until(lambda: rig.runtime.uplink.is_connected)


@pytest.mark.parametrize(
    ("whose", "how", "reason"),
    [
        (ANOTHER, {}, "unable to get local issuer certificate"),
        (OURS, {"until": LAST_YEAR}, "certificate has expired"),
        (OURS, {"address": "192.0.2.1"}, "IP address mismatch"),
    ],
    ids=["another authority", "expired", "another machine's"],
)
def test_a_broker_nobody_vouches_for_is_refused_with_the_reason(
    town: Town,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    whose: Authority,
    how: _Certificate,
    reason: str,
) -> None:
    caplog.set_level(logging.WARNING, "edge.courier")
    rig = agent_at(town, whose.listener(tmp_path, **how), OURS.pem)
    until(lambda: "certificate" in caplog.text)
    assert f"the broker's certificate is not trusted: {reason}" in caplog.text
    assert not rig.runtime.uplink.is_connected


def test_a_broker_in_clear_where_encryption_was_agreed_is_refused(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    agent_at(town, (), OURS.pem)
    until(lambda: "no encrypted session" in caplog.text)


def test_an_authority_that_cannot_be_read_is_told_and_the_worker_lives(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rig = agent_at(town, (), str(tmp_path / "missing.pem"))
    until(lambda: "cannot prepare a session" in caplog.text)
    worker = rig.runtime.uplink._worker
    assert worker is not None
    assert worker.is_alive()
