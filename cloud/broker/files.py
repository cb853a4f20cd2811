"""The managed broker's files: configuration, passwords and access rules, replaced atomically."""

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from typing import Final

from cloud.broker.address import BrokerAddress, Outside
from wire.codec import MAX_PAYLOAD
from wire.topics import ACL_PATTERNS, SERVICE_ACL, WATCH_ACL

CONFIGURATION: Final = "mosquitto.conf"
PASSWORDS: Final = "passwd"
ACCESS: Final = "acl"
LOG: Final = "mosquitto.log"
CERTIFICATE: Final = "broker.pem"
KEY: Final = "broker.key"

_OWNER_ONLY: Final = 0o600
_OWNER_FOLDER: Final = 0o700

MAX_MESSAGE: Final = 2 * MAX_PAYLOAD
"""Twice what the contract allows: what is a little too large reaches quarantine and is counted."""


def write(
    folder: Path,
    address: BrokerAddress,
    accounts: Mapping[str, str],
    rules: str,
    outside: Outside | None = None,
) -> None:
    """All files of the broker: password hashes by user name, and the text of the access file."""
    folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
    replace(folder / PASSWORDS, passwords(accounts))
    replace(folder / ACCESS, rules)
    replace(folder / CONFIGURATION, configuration(folder, address, outside))


def replace(path: Path, text: str, *, keep: bool = False) -> None:
    """The whole new file or the whole old one, whatever happens in between.

    For the owner alone; with `keep` for whom the old one was, where there is one.
    """
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        if keep and path.exists():
            _give(file.fileno(), path.stat())
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _give(handle: int, like: os.stat_result) -> None:
    with suppress(PermissionError):  # only root gives a file to others than its own groups
        os.fchown(handle, like.st_uid, like.st_gid)
    os.fchmod(handle, S_IMODE(like.st_mode))


def passwords(hashes: Mapping[str, str]) -> str:
    return "".join(f"{name}:{hashed}\n" for name, hashed in sorted(hashes.items()))


def access(workers: Collection[str], watcher: str) -> str:
    """Devices by pattern, each ingest worker by name, and who watches that it is so."""
    lines = [*ACL_PATTERNS, "", f"user {watcher}", *WATCH_ACL]
    for name in sorted(workers):
        lines += ["", f"user {name}", *SERVICE_ACL]
    return "\n".join(lines) + "\n"


def configuration(folder: Path, address: BrokerAddress, outside: Outside | None = None) -> str:
    lines = [
        f"listener {address.port} {address.host}",
        *(_encrypted(folder, outside) if outside else ()),
        *_conduct(folder),
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 60",
        f"log_dest file {folder / LOG}",
        "log_type error",
        "log_type warning",
        "log_type notice",
    ]
    if os.geteuid() == 0:
        lines.append("user root")  # else it would become a user who cannot read these files
    return "\n".join(lines) + "\n"


def rules_of_conduct(folder: Path) -> str:
    """What a broker of the operator's own must have beside listeners and a place for its store."""
    return "\n".join(_conduct(folder)) + "\n"


def _conduct(folder: Path) -> tuple[str, ...]:
    return (
        "allow_anonymous false",
        "use_username_as_clientid true",
        f"password_file {folder / PASSWORDS}",
        f"acl_file {folder / ACCESS}",
        f"message_size_limit {MAX_MESSAGE}",
        "max_inflight_messages 2000",
        "max_queued_messages 100000",
        "persistent_client_expiration 14d",
        "set_tcp_nodelay true",
    )


def _encrypted(folder: Path, outside: Outside) -> tuple[str, ...]:
    """A listener for the world; nobody reads along, and old versions of TLS are refused."""
    return (
        f"listener {outside.port}",
        f"certfile {folder / CERTIFICATE}",
        f"keyfile {folder / KEY}",
        "tls_version tlsv1.2",
    )
