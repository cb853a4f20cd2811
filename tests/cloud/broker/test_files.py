"""The broker's files: what stands in them, and that they are whole at any moment."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.broker import files
from cloud.broker.address import BrokerAddress, Login, Outside, parse
from cloud.broker.passwords import hash_password, verify
from cloud.errors import ConfigurationError

LOOPBACK = BrokerAddress("127.0.0.1", 1883)


@given(st.text(min_size=1))
def test_a_password_verifies_against_its_own_hash_only(password: str) -> None:
    hashed = hash_password(password)
    assert verify(password, hashed)
    assert not verify(password + "x", hashed)
    assert hashed != hash_password(password), "every hash has its own salt"


def test_only_the_owner_can_read_what_the_broker_reads(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    files.write(folder, LOOPBACK, {"device": "$7$"}, "")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in (files.CONFIGURATION, files.PASSWORDS, files.ACCESS):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_new_file_takes_the_old_ones_place_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "passwd"
    files.replace(path, "old")
    with path.open() as reader:
        files.replace(path, "new")
        assert reader.read() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_devices_are_ruled_by_pattern_and_workers_by_name() -> None:
    assert files.access(["ingest-1"], "watcher").splitlines() == [
        "pattern write vs/1/%u/up/#",
        "pattern read vs/1/%u/dn/#",
        "",
        "user watcher",
        "topic read vs/1/canarycanarycana/up/#",
        "topic readwrite vs/1/canarycanarycana/dn/#",
        "topic read vs/1/decoydecoydecoyd/up/#",
        "topic readwrite vs/1/decoydecoydecoyd/dn/#",
        "",
        "user ingest-1",
        "topic read vs/1/+/up/#",
        "topic write vs/1/+/dn/#",
    ]


def test_nobody_is_let_in_without_a_name() -> None:
    lines = files.configuration(Path("/x"), LOOPBACK).splitlines()
    assert "allow_anonymous false" in lines
    assert "use_username_as_clientid true" in lines
    assert "listener 1883 127.0.0.1" in lines


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://localhost", BrokerAddress("localhost", 1883)),
        ("mqtt://[::1]", BrokerAddress("::1", 1883)),
        ("mqtts://farm.example", BrokerAddress("farm.example", 8883, tls=True)),
        ("mqtt://127.0.0.1:9", BrokerAddress("127.0.0.1", 9)),
    ],
)
def test_an_address_is_read_from_its_url(url: str, address: BrokerAddress) -> None:
    assert parse(url) == address


@pytest.mark.parametrize("url", ["", "farm.example", "http://farm.example", "mqtt://"])
def test_another_url_names_the_setting(url: str) -> None:
    with pytest.raises(ConfigurationError, match="VUONSO_BROKER"):
        parse(url)


@pytest.mark.parametrize("host", ["farm.example", "192.168.1.2", "0.0.0.0", "localhost.example"])
def test_a_broker_elsewhere_is_spoken_to_encrypted_only(host: str) -> None:
    with pytest.raises(ConfigurationError, match="in clear"):
        parse(f"mqtt://{host}")
    assert parse(f"mqtts://{host}").tls


def test_a_login_never_shows_its_password() -> None:
    assert "secret" not in repr(Login("ingest-1", "secret"))


def test_devices_out_there_are_met_encrypted_only(tmp_path: Path) -> None:
    outside = Outside("broker.example", 8883)
    lines = files.configuration(tmp_path, BrokerAddress("127.0.0.1", 1883), outside).splitlines()
    listeners = [number for number, line in enumerate(lines) if line.startswith("listener")]
    assert [lines[number] for number in listeners] == ["listener 1883 127.0.0.1", "listener 8883"]
    outer = lines[listeners[1] : listeners[1] + 4]
    assert outer[1:] == [
        f"certfile {tmp_path / 'broker.pem'}",
        f"keyfile {tmp_path / 'broker.key'}",
        "tls_version tlsv1.2",
    ]
