"""Rows of zones that a device makes up: a few names more than it can have zones, and no more.

Roll-ups of a zone stay for ever, so a device that names a zone anew in every row would fill the
disk with them.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, TypeVar

from sqlmodel import Session

from cloud.devices import zone_keys
from cloud.devices.link import Standing
from cloud.telemetry.reader import Rejected, Sorted
from wire import codec, topics
from wire.messages import Event, Sample
from wire.topics import Up

REASON: Final = "too_many_zones"
_DETAIL: Final = f"a device has at most {zone_keys.MAX_ZONE_KEYS} zones in its life"

R = TypeVar("R", Sample, Event)


def set_invented_aside(session: Session, found: Sorted, stands: Mapping[str, Standing]) -> None:
    """Move rows of zones beyond the bound to what is rejected; they are not told to be durable."""
    wanted: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for device, row in (*found.samples, *found.events):
        if row.z is not None and row.z not in stands[device].zone_keys:
            wanted[device][row.z] = None
    if not wanted:
        return
    admitted = zone_keys.admit(session, wanted)
    found.samples, samples = _parted(found.samples, admitted)
    found.events, events = _parted(found.events, admitted)
    found.rejected += [_rejected(device, Up.LIVE, row) for device, row in samples]
    found.rejected += [_rejected(device, Up.EVENT, row) for device, row in events]


def _parted(
    rows: list[tuple[str, R]], admitted: Mapping[str, frozenset[str]]
) -> tuple[list[tuple[str, R]], list[tuple[str, R]]]:
    """Those to keep, and those to set aside; only devices with news of zones are asked about."""
    kept: list[tuple[str, R]] = []
    invented: list[tuple[str, R]] = []
    for device, row in rows:
        is_kept = row.z is None or device not in admitted or row.z in admitted[device]
        (kept if is_kept else invented).append((device, row))
    return kept, invented


def _rejected(device: str, kind: Up, row: Sample | Event) -> Rejected:
    return Rejected(device, topics.up(device, kind), REASON, _DETAIL, codec.encode(row))
