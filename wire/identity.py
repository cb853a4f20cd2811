"""identity.json: who a device is and how it proves it; readable by its owner only."""

import base64
import hashlib
import os
import secrets
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from wire.errors import IdentityError

_OWNER_ONLY: Final = 0o600
_ID_OCTETS: Final = 10  # 80 random bits: 16 base32 characters, no padding
_KEY_OCTETS: Final = 32

Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


DeviceId = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]


class Identity(BaseModel):
    """A device's identity; `secret` is the broker password, `command_key` checks commands."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    device: DeviceId
    secret: Key
    command_key: Key
    ed25519_seed: Key
    brokers: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    ca: str | None = None
    simulated: bool = False

    def __repr__(self) -> str:
        return f"Identity(device={self.device!r})"  # secrets stay out of logs and tracebacks

    __str__ = __repr__


def random_id() -> str:
    """80 random bits as 16 lower-case base32 characters: device ids, epochs, boots, nonces."""
    return base64.b32encode(secrets.token_bytes(_ID_OCTETS)).decode().lower()


def new_identity(brokers: tuple[str, ...], *, simulated: bool, ca: str | None = None) -> Identity:
    """An identity nobody had before."""
    return Identity(
        device=random_id(),
        secret=secrets.token_hex(_KEY_OCTETS),
        command_key=secrets.token_hex(_KEY_OCTETS),
        ed25519_seed=secrets.token_hex(_KEY_OCTETS),
        brokers=brokers,
        ca=ca,
        simulated=simulated,
    )


def code_of(identity: Identity) -> str:
    """The code by which a person asks for this device: 80 bits that its secret alone gives."""
    octets = hashlib.sha256(b"join\0" + bytes.fromhex(identity.secret)).digest()
    return base64.b32encode(octets[:_ID_OCTETS]).decode().lower()


def save(identity: Identity, path: Path) -> None:
    """Write atomically, from the first byte for the eyes of the folder's owner alone."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(identity.model_dump_json(exclude_none=True, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    folder = path.parent.stat()
    if os.geteuid() == 0:
        os.chown(fresh, folder.st_uid, folder.st_gid)
    fresh.replace(path)


def load(path: Path) -> Identity:
    """Read an identity.

    Raises:
        IdentityError: missing, readable by others, or not an identity.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise IdentityError("identity_open", f"others can read {path}; run: chmod 600 {path}")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise IdentityError("identity_missing", f"cannot read {path}: {error.strerror}") from None
    try:
        return Identity.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise IdentityError("identity_broken", f"{path}: {where}: {first['msg']}") from None
