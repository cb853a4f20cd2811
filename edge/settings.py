"""The cloud's settings: on the card first, then in force between two doses, then told as applied.

They choose within hardware.toml and widen nothing of it. What is on the card is the message as
it was signed, so that neither a worn card nor another owner's settings are ever obeyed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from edge.change import Change, Facts
from edge.house import House
from edge.recorder import Entry, Recorder
from edge.store import Store
from edge.zones import params_of
from wire import codec
from wire.codes import EventKind
from wire.errors import WireError
from wire.messages import Desired, DesiredDoc
from wire.settings import Wrong, digest, judge, told
from wire.topics import Down, down

META_HEARD: Final = "settings_heard"
"""The highest version ever heard, taken or refused: an older one never comes back."""
META_TOLD: Final = "settings_told"
"""The version last told as applied, or that a start found none in force."""
REFUSED: Final = "-"


@dataclass(frozen=True, slots=True)
class Seal:
    """Who may write settings for this device: the holder of its command key."""

    device: str
    key: bytes

    def fits(self, desired: Desired) -> bool:
        try:
            codec.verify(desired, down(self.device, Down.DESIRED), self.key)
        except WireError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Stored:
    """What a start goes by."""

    heard: int = 0
    desired: Desired | None = None

    @property
    def digest(self) -> str | None:
        return None if self.desired is None else digest(self.desired.doc)


def stored(store: Store, seal: Seal) -> Stored:
    """The newest settings on the card that are whole and this device's own."""
    heard = int(store.meta(META_HEARD) or "0")
    for body in store.kept_settings():
        try:
            desired = codec.decode(Desired, body.encode())
        except WireError:
            continue
        if seal.fits(desired):
            return Stored(max(heard, desired.version), desired)
    return Stored(heard)


def keep(change: Change, desired: Desired) -> None:
    """Write down settings that were accepted."""
    change.settings(desired.version, codec.encode(desired).decode())
    change.set_meta(META_HEARD, str(desired.version))


class Settings:
    """Mutable; only the control loop touches it."""

    def __init__(
        self, house: House, recorder: Recorder, seal: Seal, probes: Mapping[str, int]
    ) -> None:
        """`probes` counts those in the soil of each zone."""
        self._house, self._recorder, self._seal, self._probes = house, recorder, seal, probes
        found = stored(recorder.store, seal)
        self._heard = found.heard
        self._untold: Desired | None = None
        self._begin(found.desired)

    def take(self, desired: Desired) -> None:
        """Settings have come; old, forged and repeated ones do nothing."""
        if desired.version <= self._heard or not self._seal.fits(desired):
            return
        judged = judge(desired.doc, self._probes)
        with self._recorder.entry() as entry:
            if isinstance(judged, DesiredDoc):
                keep(entry.change, desired)
                self._tell_taken(desired, entry)
            else:
                entry.change.set_meta(META_HEARD, str(desired.version))
                facts: Facts = {"version": desired.version, **told(judged)}
                entry.event(EventKind.SETTINGS_REJECTED, None, facts)
        self._heard = desired.version
        if isinstance(judged, DesiredDoc):
            self._hand_out(desired, judged)

    def settle(self) -> None:
        """Once a tick: tell that the newest are in force, when every zone has adopted them."""
        if self._untold is None or self._is_awaited():
            return
        with self._recorder.entry() as entry:
            _tell_applied(self._untold, entry)
        self._untold = None

    def _begin(self, desired: Desired | None) -> None:
        """After a start no dose is under way: what is on the card rules at once.

        Unless hardware.toml has changed and bears it no more: then that file rules alone.
        """
        if desired is None:
            return
        judged = judge(desired.doc, self._probes)
        if isinstance(judged, DesiredDoc):
            self._hand_out(desired, judged)
        said = str(desired.version) if isinstance(judged, DesiredDoc) else REFUSED
        if self._recorder.store.meta(META_TOLD) == said:
            return
        with self._recorder.entry() as entry:
            if isinstance(judged, DesiredDoc):
                _tell_applied(desired, entry)
            else:
                _tell_refused(desired, judged, entry)

    def _tell_taken(self, desired: Desired, entry: Entry) -> None:
        if any(zone.is_busy for zone in self._house.zones.values()):
            entry.event(EventKind.SETTINGS_TAKEN, None, _facts(desired))
        else:
            _tell_applied(desired, entry)

    def _hand_out(self, desired: Desired, doc: DesiredDoc) -> None:
        for key, zone in self._house.zones.items():
            wanted = doc.zones.get(key)
            zone.name = zone.hardware.name if wanted is None else wanted.name or zone.hardware.name
            zone.next_params = params_of(zone.hardware, wanted, doc.forecast)
            zone.adopt_settings()
        self._untold = desired if self._is_awaited() else None

    def _is_awaited(self) -> bool:
        return any(zone.next_params is not None for zone in self._house.zones.values())


def _tell_applied(desired: Desired, entry: Entry) -> None:
    entry.change.set_meta(META_TOLD, str(desired.version))
    entry.event(EventKind.SETTINGS_APPLIED, None, _facts(desired))


def _tell_refused(desired: Desired, wrong: list[Wrong], entry: Entry) -> None:
    entry.change.set_meta(META_TOLD, REFUSED)
    facts: Facts = {"version": desired.version, **told(wrong)}
    entry.event(EventKind.SETTINGS_REJECTED, None, facts)


def _facts(desired: Desired) -> Facts:
    return {"version": desired.version, "digest": digest(desired.doc)}
