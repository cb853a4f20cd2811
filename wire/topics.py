"""Topics: the only place where a topic string is written or taken apart."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from wire.errors import TopicError

VERSION: Final = 1
ROOT: Final = f"vs/{VERSION}"
_DEVICE: Final = re.compile(r"[a-z2-7]{16}")
_ADDRESSES: Final = 16_384  # of 2,000 devices; whoever speaks once will speak again
_LONGEST: Final = 64  # longer than any topic of ours; stops a regex from chewing on garbage


class Up(StrEnum):
    """From the device to the cloud."""

    BIRTH = "birth"
    WILL = "will"
    LIVE = "t"
    EVENT = "e"
    BACKFILL = "h"
    ASK = "ask"


class Down(StrEnum):
    """From the cloud to the device."""

    ACK = "ack"
    CMD = "cmd"
    GO = "go"
    DESIRED = "des"
    READS = "reads"


UP_FILTER: Final = f"{ROOT}/+/up/#"
SHARED_FILTER: Final = f"$share/ingest/{UP_FILTER}"
"""The same for one of several workers: the broker deals each message to one of them."""
ACL_PATTERNS: Final = (
    f"pattern write {ROOT}/%u/up/#",
    f"pattern read {ROOT}/%u/dn/#",
)
"""A device may write below its own `up` and read below its own `dn`; nothing else."""

SERVICE_ACL: Final = (f"topic read {ROOT}/+/up/#", f"topic write {ROOT}/+/dn/#")
"""The lines of an ingest worker's account."""

CANARY: Final = "canarycanarycana"
DECOY: Final = "decoydecoydecoyd"
NOBODYS: Final = frozenset({CANARY, DECOY})
"""No device's names: the first tries what the rules forbid, the second is whom it tries it on."""
WATCH_ACL: Final = tuple(
    f"topic {right} {ROOT}/{name}/{direction}/#"
    for name in (CANARY, DECOY)
    for right, direction in (("read", "up"), ("readwrite", "dn"))
)
"""The lines of the account that sees what the canary gets through."""


@dataclass(frozen=True)
class Address:
    """A topic taken apart."""

    device: str
    kind: Up | Down


def is_device_id(text: str) -> bool:
    return _DEVICE.fullmatch(text) is not None


def up(device: str, kind: Up) -> str:
    return f"{ROOT}/{_checked(device)}/up/{kind}"


def down(device: str, kind: Down) -> str:
    return f"{ROOT}/{_checked(device)}/dn/{kind}"


def up_filter(device: str) -> str:
    return f"{ROOT}/{_checked(device)}/up/#"


def down_filter(device: str) -> str:
    return f"{ROOT}/{_checked(device)}/dn/#"


@lru_cache(maxsize=_ADDRESSES)
def parse(topic: str) -> Address:
    """Take a topic apart.

    Raises:
        TopicError: the topic is not of this version of the contract.
    """
    parts = topic.split("/") if len(topic) <= _LONGEST else []
    if len(parts) != len(("vs", "1", "device", "up", "kind")) or parts[:2] != ROOT.split("/"):
        raise TopicError("topic", f"not a topic of {ROOT}: {topic[:_LONGEST]!r}")
    device, direction, kind = parts[2:]
    if not is_device_id(device):
        raise TopicError("device", f"{device!r} is not a device id of 16 base32 characters")
    try:
        if direction == "up":
            return Address(device, Up(kind))
        if direction == "dn":
            return Address(device, Down(kind))
    except ValueError:
        pass
    raise TopicError("kind", f"{direction}/{kind} is not part of the contract")


def _checked(device: str) -> str:
    if not is_device_id(device):
        raise TopicError("device", f"{device!r} is not a device id of 16 base32 characters")
    return device
