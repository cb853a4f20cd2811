"""Alerts to a browser that is closed (RFC 8030); off unless the operator wants it.

A browser's address is a URL that its owner hands us, so only hosts of known push services count:
no other machine is ever asked, ours and our neighbours' least of all.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from cloud.alerts import sealing
from cloud.alerts.calling import Post, post
from cloud.alerts.notifier import AwayError, GoneError, Message, UndeliveredError
from cloud.alerts.sealing import AUTH_OCTETS, POINT_OCTETS, Reader, decoded, encoded
from cloud.clock import Clock
from cloud.errors import Conflict
from cloud.i18n import _

HOSTS: Final = (
    "fcm.googleapis.com",  # Chrome, Edge on telephones, Samsung, Opera, Brave
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
)
SUFFIXES: Final = (".notify.windows.com",)  # Edge on Windows: one host for each region
TTL_S: Final = 3600
"""How long a service keeps it for a telephone that sleeps; later the alert is old or told."""
_SIGNED_FOR: Final = timedelta(hours=12)
"""RFC 8292, 2: at most a day."""
_SALT_OCTETS: Final = 16
_TOPIC: Final = 32  # RFC 8030, 5.4
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_AWAY: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""It does not like our signature: the next message fares no better, and a person has to look."""


class BadBrowser(Conflict):
    """Nothing can be sent to what this browser says of itself."""

    code = "bad_browser"
    sentence = _("Máy này không nhận được tin báo. Hãy chọn cách khác.")


@dataclass(frozen=True)
class Browser:
    """Where a browser is reached, and its keys."""

    endpoint: str
    reader: Reader

    @classmethod
    def of(cls, endpoint: str, point: str, auth: str) -> Self:
        """As the browser tells it.

        Raises:
            BadBrowser: it is no address of a known push service, or the keys are none.
        """
        if not is_known(endpoint):
            raise BadBrowser
        try:
            reader = Reader(decoded(point), decoded(auth))
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), reader.point)
        except ValueError:
            raise BadBrowser from None
        if len(reader.point) != POINT_OCTETS or len(reader.auth) != AUTH_OCTETS:
            raise BadBrowser
        return cls(endpoint, reader)

    @property
    def address(self) -> str:
        """All of it in one line, as a contact keeps it."""
        return f"{self.endpoint} {encoded(self.reader.point)} {encoded(self.reader.auth)}"


def is_known(endpoint: str) -> bool:
    """Whether this is a plain address of a push service."""
    if not endpoint.isascii() or not endpoint.isprintable() or set(" \\@#") & set(endpoint):
        return False
    try:
        place = urlsplit(endpoint)
        port, host = place.port, place.hostname or ""
    except ValueError:
        return False
    known = host in HOSTS or host.endswith(SUFFIXES)
    return place.scheme == "https" and known and port is None and len(place.path) > 1


class WebPush:
    """Signs with a key of ours, for which the browser's owner gave leave."""

    def __init__(self, secret: bytes, subject: str, clock: Clock, ask: Post = post) -> None:
        self._key, self._subject = sealing.private_key(secret), subject
        self._clock, self._ask = clock, ask

    def send(self, address: str, message: Message) -> None:
        try:
            browser = Browser.of(*address.split(" "))
        except (BadBrowser, TypeError):
            raise GoneError from None
        sealed, head = self._sealed(browser, message), self._head(message, browser)
        answer = self._ask(browser.endpoint, sealed, head)
        if answer.status in _GONE:
            raise GoneError
        if answer.status in _AWAY or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise AwayError(f"answer {answer.status}")
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise UndeliveredError(f"answer {answer.status}")

    def _sealed(self, browser: Browser, message: Message) -> bytes:
        shown = {"title": message.subject, "body": message.brief, "url": message.link}
        plain = json.dumps(shown | {"tag": message.topic}, ensure_ascii=False).encode()
        fresh = ec.generate_private_key(ec.SECP256R1())
        return sealing.sealed(plain, browser.reader, fresh, secrets.token_bytes(_SALT_OCTETS))

    def _head(self, message: Message, browser: Browser) -> dict[str, str]:
        place = urlsplit(browser.endpoint)
        until = self._clock.now() + _SIGNED_FOR
        audience = f"{place.scheme}://{place.netloc}"
        head = {
            "Authorization": sealing.authorization(self._key, audience, self._subject, until),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_S),
            "Urgency": "high",
        }
        return head | ({"Topic": message.topic[:_TOPIC]} if message.topic else {})


def public_key(secret: bytes) -> str:
    """What a browser asks its push service to let us send by."""
    return encoded(sealing.public_point(sealing.private_key(secret)))
