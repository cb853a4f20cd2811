"""Alerts by e-mail (SMTP, RFC 5321); off where no server is set."""

import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from cloud.alerts.notifier import AwayError, Message, UndeliveredError
from cloud.calling import LOOPBACK
from cloud.errors import ConfigurationError

_PATIENCE_S: Final = 15.0
"""A mail server that has not answered by then is tried again later."""
_PORTS: Final = {"smtp": 25, "smtps": 465}
_PERMANENT: Final = range(500, 600)  # RFC 5321, 4.2.1: the same command will fail again


class Mail:
    """Hands each message to one mail server, encrypted unless that is this very machine."""

    def __init__(self, url: str, sender: str) -> None:
        place = urlsplit(url)
        if place.scheme not in _PORTS or not place.hostname:
            raise ConfigurationError("VUONSO_SMTP_URL must be smtp://… or smtps://…")
        if "@" not in sender:
            raise ConfigurationError("VUONSO_SMTP_FROM must be the address that mail comes from")
        self._place, self._sender = place, sender

    def send(self, address: str, message: Message) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, address, message.subject
        mail.set_content(message.text)
        try:
            with _connection(self._place) as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise UndeliveredError("refused", final=all(c in _PERMANENT for c in codes)) from None
        except smtplib.SMTPAuthenticationError:
            raise AwayError("login refused") from None
        except smtplib.SMTPResponseException as error:
            final = error.smtp_code in _PERMANENT
            raise UndeliveredError(f"answer {error.smtp_code}", final=final) from None
        except (smtplib.SMTPException, OSError) as error:
            raise AwayError(type(error).__name__) from None


def _connection(place: SplitResult) -> smtplib.SMTP:
    host, port = place.hostname or "", place.port or _PORTS[place.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if place.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=_PATIENCE_S)
        if host not in LOOPBACK:
            server.starttls(context=context)
    if place.username:
        server.login(unquote(place.username), unquote(place.password or ""))
    return server
