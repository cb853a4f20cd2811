"""Setting rows that a device has made up aside: rejected, and not told to be durable."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from cloud.telemetry.reader import Rejected, Sorted
from wire import codec, topics
from wire.messages import Event, Sample
from wire.topics import Up

R = TypeVar("R", Sample, Event)


@dataclass(frozen=True)
class Reason:
    """Why, for quarantine."""

    code: str
    detail: str


def set_aside(
    found: Sorted, is_invented: Callable[[str, Sample | Event], bool], reason: Reason
) -> None:
    """Move such samples and events to what is rejected."""
    found.samples, samples = _parted(found.samples, is_invented)
    found.events, events = _parted(found.events, is_invented)
    found.rejected += [rejected(device, Up.LIVE, row, reason) for device, row in samples]
    found.rejected += [rejected(device, Up.EVENT, row, reason) for device, row in events]


def rejected(device: str, kind: Up, said: BaseModel, reason: Reason) -> Rejected:
    topic = topics.up(device, kind)
    return Rejected(device, topic, reason.code, reason.detail, codec.encode(said))


def _parted(
    rows: list[tuple[str, R]], is_invented: Callable[[str, Sample | Event], bool]
) -> tuple[list[tuple[str, R]], list[tuple[str, R]]]:
    """Those to keep, and those to set aside."""
    kept: list[tuple[str, R]] = []
    aside: list[tuple[str, R]] = []
    for device, row in rows:
        (aside if is_invented(device, row) else kept).append((device, row))
    return kept, aside
