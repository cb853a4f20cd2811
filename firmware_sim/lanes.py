"""The rows beneath a zone's plot: how long each mishap lasted, and when the agent told what."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from firmware_sim.chronicle import Chronicle
from firmware_sim.mishaps import lasts_s
from firmware_sim.scale import LEFT, RIGHT, WIDTH, Scale
from firmware_sim.words import mishap, told

THIN: Final = 5.0
"""A moment is still seen."""
LETTER: Final = 6.0
"""About the width of one."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One row: spans of a mishap in seconds, or moments of something told."""

    name: str
    spans: tuple[tuple[float, float], ...]
    is_told: bool


def lanes(chronicle: Chronicle, zone: str, hours: float, language: str) -> list[Lane]:
    """What concerns a zone, mishaps first; the same thing twice shares a row."""
    end_s = hours * 3600.0
    found: dict[tuple[bool, str], list[tuple[float, float]]] = {}
    for at_s, fault in chronicle.mishaps:
        if fault.zone in {None, zone}:
            lasts = lasts_s(fault)
            span = (at_s, end_s if lasts is None else at_s + lasts)
            found.setdefault((False, mishap(fault.kind, language)), []).append(span)
    for said in chronicle.told:
        if said.zone in {None, zone}:
            moment = (said.at_s, said.at_s)
            found.setdefault((True, told(said.what, language)), []).append(moment)
    return [Lane(name, tuple(spans), is_told) for (is_told, name), spans in found.items()]


def lane(scale: Scale, row: Lane, top: float) -> Iterator[str]:
    """Draw one, its name behind the last mark, or before the first where there is no room."""
    last = first = 0.0
    for number, (begin_s, end_s) in enumerate(row.spans):
        begin, end = scale.x(begin_s), scale.x(end_s)
        if row.is_told:
            yield f'<path class="told" d="M{begin - 6:.1f} {top + 12:.1f}l6 -10 6 10z"/>'
            end = begin + 6.0
        else:
            end = max(end, begin + THIN)
            yield f'<path class="hair" d="M{begin:.1f} {scale.top:.1f}V{top + 3:.1f}"/>'
            yield (
                f'<rect class="mishap" x="{begin:.1f}" y="{top + 3:.1f}" '
                f'width="{end - begin:.1f}" height="8" rx="2"/>'
            )
        first = begin if number == 0 else min(first, begin)
        last = max(last, end)
    yield _name(row.name, first, last, top + 12.0)


def _name(name: str, first: float, last: float, y: float) -> str:
    wide = LETTER * len(name)
    if last + 8.0 + wide <= WIDTH:
        return f'<text class="small" x="{last + 8:.1f}" y="{y:.1f}">{escape(name)}</text>'
    if first - 8.0 - wide >= 0.0:
        return f'<text class="small end" x="{first - 8:.1f}" y="{y:.1f}">{escape(name)}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    return f'<text class="small mid over" x="{middle:.1f}" y="{y:.1f}">{escape(name)}</text>'
