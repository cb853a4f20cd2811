"""Under how many keys a device may ever speak of zones."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from sqlmodel import Session, col, select

from cloud.devices.models import Device
from wire.messages import MAX_ZONES

MAX_ZONE_KEYS: Final = 4 * MAX_ZONES
"""Of one device in its life: as many zones as a birth may name, each called anew three times.
Roll-ups of every key stay for ever."""

_REMEMBERED: Final = 4_096
"""Sets of keys, as they were read; most houses have the same few."""


@lru_cache(maxsize=_REMEMBERED)
def read(text: str) -> frozenset[str]:
    """The keys of a device, from the text of its column."""
    return frozenset(json.loads(text))


def admit(session: Session, wanted: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Take keys in that these devices have not used before, as far as they may have more.

    Whether a birth has named them is not asked: it may come after the rows of a zone that is
    new, and rows of one that is gone come late. Returns all that each may use now.
    """
    found = session.exec(
        select(Device)
        .where(col(Device.id).in_(wanted))
        .order_by(col(Device.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for device in found:
        keys = dict.fromkeys([*device.zone_keys, *wanted[device.id]])
        device.zone_keys = list(keys)[: max(MAX_ZONE_KEYS, len(device.zone_keys))]
    session.flush()
    return {device.id: frozenset(device.zone_keys) for device in found}
