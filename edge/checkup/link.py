"""The way to the cloud: each broker's name, port and certificate, without speaking MQTT."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from edge.checkup.finding import Finding, look, ok
from edge.uplink import PORTS, trust
from wire.identity import Identity

PATIENCE_S: Final = 5.0
HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Place:
    """A broker's address."""

    host: str
    port: int
    is_encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Place":
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        return cls(parts.hostname or "", port, is_encrypted=parts.scheme == "mqtts")


def look_at(who: Identity) -> Iterator[Finding]:
    """One finding per broker, and one more where anybody could read along."""
    for place in map(Place.of, who.brokers):
        if not place.is_encrypted and place.host not in HERE:
            yield look("broker_in_clear", host=place.host)
        yield _reach(place, who.ca)


def _reach(place: Place, ca: str | None) -> Finding:
    host, port = place.host, place.port
    try:
        with socket.create_connection((host, port), PATIENCE_S) as bare:
            if place.is_encrypted:
                trust(ca).wrap_socket(bare, server_hostname=host).close()
    except socket.gaierror:
        return look("broker_unknown", host=host)
    except ssl.SSLCertVerificationError as error:
        return look("broker_untrusted", host=host, why=error.verify_message)
    except OSError as error:
        return look("broker_unreachable", host=host, port=port, why=error)
    return ok("broker", host=host, port=port)
