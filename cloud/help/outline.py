"""An icon's outline as lines and curves on paper: the part of SVG's path language that icons use.

SVG 2, chapter 9, and for arcs its appendix B.2.4: from two ends to a centre, then a cubic curve
for each quarter turn.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "A": 7, "Z": 0}

Point = tuple[float, float]


@dataclass(slots=True)
class _Pen:
    at: Point = (0.0, 0.0)
    start: Point = (0.0, 0.0)
    pull: Point | None = None
    """The last curve's second handle, which a smooth one goes on from."""


def operators(path: str, place: Callable[[Point], Point]) -> str:
    """PDF's path operators for an outline, each point put where `place` says.

    Raises:
        KeyError: a command that no icon of ours uses.
    """
    pen = _Pen()
    return "\n".join(
        line
        for command, numbers in _commands(path)
        for line in _draw(pen, command, numbers, place)
    )


def _commands(path: str) -> Iterator[tuple[str, Sequence[float]]]:
    """Each command with its numbers; a command that is left out is the one before it again."""
    words, command = _WORD.findall(path), ""
    index = 0
    while index < len(words):
        if words[index].isalpha():
            command, index = words[index], index + 1
        count = _TAKES[command.upper()]
        yield command, [float(word) for word in words[index : index + count]]
        index += count
        command = {"M": "L", "m": "l"}.get(command, command)


def _draw(
    pen: _Pen, command: str, numbers: Sequence[float], place: Callable[[Point], Point]
) -> Iterator[str]:
    base = pen.at if command.islower() else (0.0, 0.0)
    kind = command.upper()
    if kind == "Z":
        pen.at = pen.start
        yield "h"
        return
    begin, pen.at = pen.at, _end(kind, numbers, base, pen.at)
    pull, pen.pull = pen.pull, None
    if kind == "A":
        for curve in _arc(begin, pen.at, numbers):
            yield _points(curve, place, "c")
    elif kind in "CS":
        handles = _handles(kind, numbers, base, _mirrored(begin, pull))
        pen.pull = handles[1]
        yield _points([*handles, pen.at], place, "c")
    else:
        if kind == "M":
            pen.start = pen.at
        yield _points([pen.at], place, "m" if kind == "M" else "l")


def _handles(kind: str, numbers: Sequence[float], base: Point, smooth: Point) -> Sequence[Point]:
    own = [(base[0] + numbers[i], base[1] + numbers[i + 1]) for i in range(0, len(numbers) - 2, 2)]
    return own if kind == "C" else [smooth, *own]


def _mirrored(at: Point, pull: Point | None) -> Point:
    return at if pull is None else (2 * at[0] - pull[0], 2 * at[1] - pull[1])


def _end(kind: str, numbers: Sequence[float], base: Point, at: Point) -> Point:
    if kind == "H":
        return base[0] + numbers[0], at[1]
    if kind == "V":
        return at[0], base[1] + numbers[0]
    return base[0] + numbers[-2], base[1] + numbers[-1]


def _points(points: Sequence[Point], place: Callable[[Point], Point], operator: str) -> str:
    put = [f"{x:.3f} {y:.3f}" for x, y in map(place, points)]
    return f"{' '.join(put)} {operator}"


def _arc(begin: Point, end: Point, numbers: Sequence[float]) -> Iterator[list[Point]]:
    """Cubic curves of a circle's arc; our icons have no tilted ellipses."""
    radius, large, sweep = numbers[0], numbers[3], numbers[4]
    dx, dy = (begin[0] - end[0]) / 2, (begin[1] - end[1]) / 2
    half = math.hypot(dx, dy)
    radius = max(radius, half)
    away = math.sqrt(radius**2 - half**2) / half
    side = -away if large == sweep else away
    centre = (begin[0] + end[0]) / 2 + side * dy, (begin[1] + end[1]) / 2 - side * dx
    first = math.atan2(begin[1] - centre[1], begin[0] - centre[0])
    turn = math.atan2(end[1] - centre[1], end[0] - centre[0]) - first
    if sweep and turn < 0:
        turn += math.tau
    if not sweep and turn > 0:
        turn -= math.tau
    steps = max(1, math.ceil(abs(turn) / (math.pi / 2) - 1e-9))
    step = turn / steps
    pull = 4 / 3 * math.tan(step / 4)
    for number in range(steps):
        a, b = first + number * step, first + (number + 1) * step
        yield [
            _on(centre, radius, a, pull),
            _on(centre, radius, b, -pull),
            _on(centre, radius, b, 0.0),
        ]


def _on(centre: Point, radius: float, angle: float, pull: float) -> Point:
    """A point of the circle, moved along its tangent there."""
    return (
        centre[0] + radius * (math.cos(angle) - pull * math.sin(angle)),
        centre[1] + radius * (math.sin(angle) + pull * math.cos(angle)),
    )
