"""Epochs that a device makes up: more in a day than cards can break, and no more.

Where an epoch stands is kept for years, so a device that begins a new one with every row would
fill the disk.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from cloud.telemetry import store
from cloud.telemetry.aside import Reason, rejected, set_aside
from cloud.telemetry.reader import Sorted
from cloud.telemetry.store import Epoch
from wire.topics import Up

MOST: Final = 24
"""Epochs of one device in a day, those that go on included: a new card, or a store found damaged,
in every hour."""
DAY: Final = timedelta(days=1)
_REASON: Final = Reason(
    "too_many_epochs", f"a device has at most {MOST} epochs in a day; it will say it again"
)


def unheard(session: Session, found: Sorted) -> list[Epoch]:
    """The epochs of a batch that nothing is known of yet, in the order in which they came."""
    return store.unknown(session, dict.fromkeys(_named(found)))


def set_invented_aside(
    session: Session, found: Sorted, unheard: Collection[Epoch], now: datetime
) -> None:
    """Move what is said in epochs beyond the bound to what is rejected, unanswered.

    Whoever asks holds the devices of these epochs; another worker may have stored some meanwhile.
    """
    fresh = store.unknown(session, unheard) if unheard else []
    if not fresh:
        return
    alive = store.alive(session, {device for device, _epoch in fresh}, now - DAY)
    invented: set[Epoch] = set()
    for device, epoch in fresh:
        alive[device] += 1
        if alive[device] > MOST:
            invented.add((device, epoch))
    if not invented:
        return
    set_aside(found, lambda device, row: (device, row.e) in invented, _REASON)
    births = [said for said in found.births if (said[0], said[1].epoch) in invented]
    found.births = [said for said in found.births if said not in births]
    found.rejected += [rejected(device, Up.BIRTH, birth, _REASON) for device, birth in births]


def _named(found: Sorted) -> Iterator[Epoch]:
    for device, sample in found.samples:
        yield device, sample.e
    for device, event in found.events:
        yield device, event.e
    for device, birth in found.births:
        yield device, birth.epoch
