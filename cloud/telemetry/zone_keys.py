"""Rows of zones that a device makes up: a few names more than it can have zones, and no more.

Roll-ups of a zone stay for ever, so a device that names a zone anew in every row would fill the
disk with them.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from cloud.devices import zone_keys
from cloud.devices.link import Standing
from cloud.telemetry.aside import Reason, set_aside
from cloud.telemetry.reader import Sorted
from wire.messages import Event, Sample

_REASON: Final = Reason(
    "too_many_zones", f"a device has at most {zone_keys.MAX_ZONE_KEYS} zones in its life"
)


def unheard(found: Sorted, stands: Mapping[str, Standing]) -> dict[str, dict[str, None]]:
    """By device the zones of a batch that it has not spoken of before, in order."""
    wanted: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for device, row in (*found.samples, *found.events):
        if row.z is not None and row.z not in stands[device].zone_keys:
            wanted[device][row.z] = None
    return wanted


def set_invented_aside(session: Session, found: Sorted, stands: Mapping[str, Standing]) -> None:
    """Move rows of zones beyond the bound to what is rejected; they are not told to be durable."""
    wanted = unheard(found, stands)
    if not wanted:
        return
    admitted = zone_keys.admit(session, wanted)

    def is_invented(device: str, row: Sample | Event) -> bool:
        """Only devices with news of zones were asked about."""
        return row.z is not None and device in admitted and row.z not in admitted[device]

    set_aside(found, is_invented, _REASON)
