"""The summary of a day: litres and doses per zone, signed by the device, chained as an event."""

import json
from collections import defaultdict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.change import Facts
from edge.clock import DAY_MS, LOCAL_OFFSET_MS, Wall
from edge.recorder import Recorder
from wire import codec
from wire.codes import EventKind


class Daybook:
    """Closes days; `seed` is the device's Ed25519 seed."""

    def __init__(self, recorder: Recorder, seed: bytes) -> None:
        self._recorder, self._key = recorder, Ed25519PrivateKey.from_private_bytes(seed)

    def close_day(self, wall: Wall) -> None:
        """Write yesterday's summary per zone and forget what is older than a month."""
        today = wall.day
        if today is None:
            return
        start_ms = (today - 1) * DAY_MS - LOCAL_OFFSET_MS
        given = self._given(start_ms, start_ms + DAY_MS)
        with self._recorder.entry() as entry:
            for zone, (litres, doses) in sorted(given.items()):
                facts = {"day": today - 1, "litres": round(litres, 3), "doses": doses}
                signed = {"zone": zone, "previous": entry.change.chain, **facts}
                signature = self._key.sign(codec.dump(signed)).hex()
                data: Facts = {**facts, "signature": signature}
                entry.event(EventKind.DAY_SUMMARY, zone, data)
            entry.change.prune(self._recorder.store.acked, wall.unix_ms)

    def _given(self, start_ms: int, end_ms: int) -> dict[str, tuple[float, int]]:
        """Litres and doses per zone, from the events of the day."""
        given: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
        for payload in self._recorder.store.events_between(start_ms, end_ms):
            body = json.loads(payload)
            if body["k"] == EventKind.DOSE_ENDED:
                litres, doses = given[body["z"]]
                given[body["z"]] = (litres + body["d"]["litres"], doses + 1)
        return given
