"""The promises, checked against what relays, pipes, cards and the cloud's tables really show."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Final

from edge.commands import ANSWER_S
from edge.drain import MAX_FLIGHTS, Span, spans
from tests.sim.books import PAGE, Books, Row
from tests.sim.centre import Centre
from tests.sim.clocks import START
from tests.sim.house import House
from tests.sim.tally import Tally
from wire.settings import digest as settings_digest

SLACK_S: Final = 3.0
"""Between a yes and the pass that takes it up."""
MOST_BYTES: Final = 64 << 20
"""A month of one house is far smaller."""
IN_FLIGHT: Final = MAX_FLIGHTS + 20
"""Messages of rows on their way, and room for births, questions and a will."""
FRESH_S: Final = 70.0
"""Rows younger than this may still be on their way."""


def slack_l(openings: int) -> float:
    """A meter is looked at once a second, and a killed agent's valve runs on for three."""
    return 1.0 + 0.3 * openings


class Promises:
    """The first one that is broken ends a run. Valves and pump each house watches itself."""

    def __init__(self, centre: Centre, tally: Tally) -> None:
        self._centre, self._tally = centre, tally
        self._cloud = centre.reader
        self._judged: defaultdict[str, int] = defaultdict(int)
        self._taken: defaultdict[str, set[str]] = defaultdict(set)

    def water(self, house: House) -> None:
        """No day's cap is exceeded, by the meter outside.

        A calendar that is wrong or unknown counts 24 hours anew, of which one true day may see
        the ends of two; each start under a wrong calendar may believe in a new day once.
        """
        waters = house.waters
        for zone in house.site.hardware.zones:
            account = house.watch.accounts[zone.key]
            budgets = len(waters.days) + len(waters.astray) + house.restarts_astray
            most = budgets * zone.day_budget_l + slack_l(account.openings)
            if account.litres > most:
                how = f"{house.device[:4]} {zone.key}: {account.litres:.1f} L, allowed {most:.1f}"
                self._tally.broken("daily water", how)
            for day in waters.steady(zone.key):
                if day.litres > zone.day_budget_l + slack_l(day.openings):
                    how = f"{house.device[:4]} {zone.key}: {day} of {zone.day_budget_l} L"
                    self._tally.broken("daily water", how)

    def rows(self, house: House) -> None:
        """Produced = cloud + outbox; no row twice; what is acked is there."""
        books = house.books
        waiting: defaultdict[str, list[int]] = defaultdict(list)
        for epoch, seq in books.unseen:
            waiting[epoch].append(seq)
        for epoch, numbers in waiting.items():
            self._compare(books, epoch, min(numbers) - 1)
        if house.runtime is not None:
            self._on_card(house)

    def _compare(self, books: Books, epoch: str, above: int) -> None:
        found = self._cloud.execute(_ROWS, (books.device, epoch, above) * 2)
        before = above
        for seq, *row in found:
            if seq == before:
                self._tally.broken("no row twice", f"{books.device[:4]} number {seq}")
            if seq > books.last[epoch]:
                self._tally.broken("no row from nowhere", f"{books.device[:4]} number {seq}")
            produced: Row | None = books.unseen.pop((epoch, seq), None)
            if produced is not None and produced != tuple(row):
                how = f"{books.device[:4]} number {seq}: {produced} became {row}"
                self._tally.broken("rows as they were", how)
            before = seq

    def _on_card(self, house: House) -> None:
        assert house.runtime is not None
        books, store = house.books, house.runtime.store
        epoch = store.origin.epoch
        missing = sorted(
            seq for e, seq in books.unseen if e == epoch and (e, seq) not in books.given_up
        )
        if missing and missing[0] <= store.acked:
            how = f"{house.device[:4]} number {missing[0]} is acked up to {store.acked}"
            self._tally.broken("produced = cloud + outbox", how)
        for span in spans(missing):
            self._kept(house, span)

    def _kept(self, house: House, span: Span) -> None:
        assert house.runtime is not None
        at, last = span
        while at <= last:
            page = house.runtime.store.rows(at, last, PAGE)
            if [row.seq for row in page] != list(range(at, at + len(page))) or not page:
                how = f"{house.device[:4]} number {at} is nowhere"
                self._tally.broken("produced = cloud + outbox", how)
            at += len(page)

    def outbox(self, house: House) -> None:
        """Bounded on the card, and on its way."""
        if house.path.stat().st_size > MOST_BYTES:
            self._tally.broken("outbox bounded", f"{house.device[:4]}: {house.path.stat()}")
        if house.link is not None and len(house.link.unconfirmed) > IN_FLIGHT:
            how = f"{house.device[:4]}: {len(house.link.unconfirmed)} messages on their way"
            self._tally.broken("outbox bounded", how)

    def drained(self, house: House, now: float) -> None:
        """Ten minutes after the faults have stopped."""
        left = [key for key in house.books.unseen if now - house.books.born[key] > FRESH_S]
        left = [key for key in left if key not in house.books.given_up]
        if left:
            how = f"{house.device[:4]}: {len(left)} rows, the first {left[0][1]}"
            self._tally.broken("drains within 10 min", how)

    def heard(self, house: House, calm_since: float) -> None:
        """After ten calm minutes no STOP is unheard, and no wish from before is still open."""
        for op, state, issued in self._cloud.execute(_OPEN, (house.device,)):
            asked_at = _since(issued)
            if asked_at < calm_since - FRESH_S:
                how = f"{house.device[:4]} {op} is {state} after {calm_since - asked_at:.0f} s"
                self._tally.broken("every command ends", how)

    def rests(self, house: House) -> None:
        """In a pause nothing is watered by itself, power cuts and restarts included."""
        if house.books.rests.broken:
            self._tally.broken(
                "a pause holds", f"{house.device[:4]} {house.books.rests.broken[0]}"
            )

    def settled(self, house: House, calm_since: float) -> None:
        """After ten calm minutes the newest settings are answered, and told as they rule."""
        found = self._cloud.execute(_SETTINGS, (house.device,)).fetchone()
        if found is None or house.runtime is None or _since(found[0]) > calm_since - FRESH_S:
            return
        _at, version, digest, stored, refused = found
        if version == refused:
            return
        kept = house.runtime.store.settings()
        card = None if kept is None else settings_digest(json.loads(kept[1])["doc"])
        if not digest == stored == card:
            how = f"{house.device[:4]} version {version}: {digest} {stored} {card}"
            self._tally.broken("settings are told as they rule", how)

    def commands(self, house: House) -> None:
        """Each at most once, never after its expiry, never without a yes."""
        done = house.books.accepted
        for command in done[self._judged[house.device] :]:
            if command.id in self._taken[house.device]:
                self._tally.broken("command at most once", f"{house.device[:4]} did it again")
            self._taken[house.device].add(command.id)
            if command.id not in self._centre.post.confirmed:
                self._tally.broken("command never unconfirmed", f"{house.device[:4]} was not told")
            self._judge_time(house, command.id, command.at)
        self._judged[house.device] = len(done)

    def _judge_time(self, house: House, command: str, at: float) -> None:
        found = self._cloud.execute(
            "SELECT expires_at FROM command WHERE public_id = ?", (command,)
        ).fetchone()
        if found is None:
            self._tally.broken("command from nowhere", f"{house.device[:4]}")
        late = at - _since(found[0])
        if late > ANSWER_S + SLACK_S:
            how = f"{house.device[:4]} {late:.0f} s after its end"
            self._tally.broken("command never after expiry", how)


def _since(moment: str) -> float:
    """A time of the cloud's tables as seconds of the run."""
    return (datetime.fromisoformat(moment).replace(tzinfo=UTC) - START).total_seconds()


_SETTINGS: Final = """
    SELECT d.at, d.version, d.digest, r.stored, r.refused_version
      FROM desired_settings d LEFT JOIN reported_settings r ON r.device_id = d.device_id
     WHERE d.device_id = ? ORDER BY d.version DESC LIMIT 1
"""
_OPEN: Final = """
    SELECT op, state, issued_at FROM command
     WHERE device_id = ? AND state IN ('sending', 'accepted', 'running')
"""
_ROWS: Final = """
    SELECT seq, uptime_ms, wall_ms, zone_key FROM sample
     WHERE device_id = ? AND epoch = ? AND seq > ?
    UNION ALL
    SELECT seq, uptime_ms, wall_ms, zone_key FROM event
     WHERE device_id = ? AND epoch = ? AND seq > ?
    ORDER BY seq
"""
