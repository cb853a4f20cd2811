"""Where a broker listens and as whom the cloud's own clients log in there."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from cloud.errors import ConfigurationError

MQTT_PORT: Final = 1883
MQTTS_PORT: Final = 8883
LOOPBACK: Final = "127.0.0.1"
_PORTS: Final = {"mqtt": MQTT_PORT, "mqtts": MQTTS_PORT}


@dataclass(frozen=True)
class BrokerAddress:
    """A broker, by host and port."""

    host: str
    port: int
    tls: bool = False

    @property
    def url(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


@dataclass(frozen=True)
class Outside:
    """Where devices out there find the broker: always encrypted."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"mqtts://{self.host}:{self.port}"


@dataclass(frozen=True)
class Login:
    """An account at the broker; the user name is also the client id."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"Login(name={self.name!r})"  # the password stays out of logs and tracebacks


@dataclass(frozen=True)
class Access:
    """What an ingest worker needs to read from a broker.

    `shared`: the broker deals each message to one of several workers; else it reads them all.
    """

    address: BrokerAddress
    login: Login
    shared: bool


def parse(url: str) -> BrokerAddress:
    """`mqtt://host[:port]` or `mqtts://host[:port]`.

    Raises:
        ConfigurationError: it is neither, or passwords would cross a network in clear.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ConfigurationError(f"VUONSO_BROKER: {url!r} is not mqtt://host:port")
    if parts.scheme == "mqtt" and not stays_here(parts.hostname):
        raise ConfigurationError(
            f"VUONSO_BROKER: {url} would send passwords in clear; write mqtts://, or use a broker "
            "on this machine"
        )
    return BrokerAddress(
        parts.hostname, parts.port or _PORTS[parts.scheme], tls=parts.scheme == "mqtts"
    )


def stays_here(host: str) -> bool:
    """Whether what is sent to this host leaves no cable."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
