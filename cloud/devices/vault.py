"""Command keys at rest: encrypted with the cloud's own key, bound to their device."""

import base64
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cloud.errors import ConfigurationError
from cloud.settings import Settings

_SECRET: Final = "command-keys"  # noqa: S105 - the name of a file
_NONCE_OCTETS: Final = 12


class Vault:
    """Seals and opens command keys; a database without the key file gives none away."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, device_id: str, command_key: bytes) -> str:
        nonce = secrets.token_bytes(_NONCE_OCTETS)
        sealed = nonce + self._cipher.encrypt(nonce, command_key, device_id.encode())
        return base64.b64encode(sealed).decode()

    def unseal(self, device_id: str, sealed: str) -> bytes:
        octets = base64.b64decode(sealed)
        nonce, body = octets[:_NONCE_OCTETS], octets[_NONCE_OCTETS:]
        try:
            return self._cipher.decrypt(nonce, body, device_id.encode())
        except InvalidTag:
            raise ConfigurationError(
                f"the secret file {_SECRET} does not fit the command key of device {device_id}; "
                "restore it from the backup of this database"
            ) from None


def open_vault(settings: Settings) -> Vault:
    return Vault(settings.secret(_SECRET))
