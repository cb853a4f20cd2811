"""Keys at rest: encrypted with a secret file of the cloud, bound to the name of their owner."""

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
    """Seals and opens keys; a database without the secret file gives none away."""

    def __init__(self, key: bytes, secret: str = _SECRET) -> None:
        self._cipher = AESGCM(key)
        self._secret = secret

    def seal(self, owner: str, key: bytes) -> str:
        nonce = secrets.token_bytes(_NONCE_OCTETS)
        sealed = nonce + self._cipher.encrypt(nonce, key, owner.encode())
        return base64.b64encode(sealed).decode()

    def unseal(self, owner: str, sealed: str) -> bytes:
        octets = base64.b64decode(sealed)
        nonce, body = octets[:_NONCE_OCTETS], octets[_NONCE_OCTETS:]
        try:
            return self._cipher.decrypt(nonce, body, owner.encode())
        except InvalidTag:
            raise ConfigurationError(
                f"the secret file {self._secret} does not fit the key of {owner}; "
                "restore it from the backup of this database"
            ) from None


def open_vault(settings: Settings) -> Vault:
    return Vault(settings.secret(_SECRET))
