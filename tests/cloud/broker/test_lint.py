"""What a broker's configuration leaves open is found, line by line."""

from pathlib import Path

import pytest

from cloud.broker import files, lint
from cloud.broker.address import BrokerAddress, Outside
from cloud.errors import ConfigurationError
from tests.cloud.broker.test_files import LOOPBACK

DOOR = """
allow_anonymous false
password_file /etc/mosquitto/passwd
acl_file /etc/mosquitto/acl
use_username_as_clientid true
message_size_limit 131072
"""
TLS = "certfile /c\nkeyfile /k\n"


def told(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.words.split(":")[0]) for one in lint.findings(text)]


@pytest.mark.parametrize("outside", [None, Outside("broker.example", 8883)])
def test_our_own_leaves_nothing_open(tmp_path: Path, outside: Outside | None) -> None:
    assert lint.findings(files.configuration(tmp_path, LOOPBACK, outside)) == []


def test_our_own_on_the_network_is_refused(tmp_path: Path) -> None:
    text = files.configuration(tmp_path, BrokerAddress("192.168.1.2", 1883))
    with pytest.raises(ConfigurationError, match="in clear"):
        lint.refuse(text)


@pytest.mark.parametrize(
    "listener",
    [
        "listener 1883",
        "listener 1883 0.0.0.0",
        "listener 1883 192.168.1.2",
        "listener 1883 broker.example",
        "listener 1883 ::",
        "port 1883",
        "  listener   1883",
        "listener 8883\ncertfile /c",
    ],
)
def test_a_listener_in_clear_is_found_at_its_line(listener: str) -> None:
    clear = "this listener is open to the network in clear"
    assert told(f"# mine\n{listener}\n{DOOR}") == [(2, clear)]


@pytest.mark.parametrize(
    "listener",
    [
        "listener 1883 127.0.0.1",
        "listener 1883 127.0.0.53",
        "listener 1883 ::1",
        "listener 1883 localhost",
        "listener 0 /run/mosquitto.sock",
        "port 1883\nbind_address 127.0.0.1",
        f"listener 8883\n{TLS}",
        "listener 8883\npsk_hint farm",
        f"listener 1883 127.0.0.1\nlistener 8883\n{TLS}tls_version tlsv1.3",
        "",
    ],
)
def test_what_stays_on_the_machine_or_is_encrypted_may_stay(listener: str) -> None:
    assert told(f"{listener}\n{DOOR}") == []


@pytest.mark.parametrize("version", ["tlsv1", "tlsv1.1", "TLSv1.1"])
def test_an_old_version_of_tls_is_found(version: str) -> None:
    assert told(f"listener 8883\n{TLS}tls_version {version}\n{DOOR}") == [
        (1, f"{version} is broken")
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("allow_anonymous false", "allow_anonymous is true"),
        ("password_file /etc/mosquitto/passwd", "there is no password_file"),
        ("acl_file /etc/mosquitto/acl", "there is no acl_file"),
        ("use_username_as_clientid true", "use_username_as_clientid is not true"),
        ("message_size_limit 131072", "there is no bound on payloads"),
    ],
)
def test_each_door_that_is_missing_is_found(line: str, words: str) -> None:
    other = "allow_anonymous true" if line == "allow_anonymous false" else ""
    assert told(f"listener 1883 127.0.0.1\n{DOOR.replace(line, other)}") == [(0, words)]


def test_doors_of_a_plugin_are_the_plugins() -> None:
    plugged = DOOR.replace("password_file /etc/mosquitto/passwd", "plugin /usr/lib/dynsec.so")
    assert told(plugged.replace("acl_file /etc/mosquitto/acl", "")) == []


def test_with_rules_for_each_listener_each_is_looked_at() -> None:
    text = f"per_listener_settings true\nlistener 1 127.0.0.1{DOOR}listener 2 127.0.0.1\n"
    assert told(text) == [
        (8, "there is no password_file"),
        (8, "there is no acl_file"),
        (8, "use_username_as_clientid is not true"),
    ]


def test_a_bridge_in_clear_is_found() -> None:
    bridge = f"{DOOR}connection town\naddress town.example:1883\n"
    assert told(bridge) == [(7, "this bridge sends in clear")]
    assert told(f"{bridge}bridge_cafile /ca\n") == []
    assert told(f"{bridge}bridge_cafile /ca\nbridge_tls_version tlsv1.1\n") == [
        (7, "tlsv1.1 is broken")
    ]
