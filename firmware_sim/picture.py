"""A run as SVG: for each zone its moisture and water, what went wrong and what was told.

Colours follow the reader's light or dark theme; lines also differ by their dashes.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from firmware_sim.chronicle import Chronicle, Note
from firmware_sim.lanes import Lane, lane, lanes
from firmware_sim.scale import LEFT, LOW, PLOT, RIGHT, WIDTH, Scale
from firmware_sim.scenario import Scenario
from firmware_sim.words import LEGEND

HEAD: Final = 64
GAP: Final = 30
"""Above a zone's plot, where its name and the units stand."""
AXIS: Final = 26
"""Below it, where the hours stand."""
ROW: Final = 18
FOOT: Final = 16
BAR_SHARE: Final = 0.35
"""Of the plot's height, for the most water in five minutes."""

STYLE: Final = """
svg{background:#fff;font:12px system-ui,sans-serif}text{fill:#222}
.axis,.grid{fill:none;stroke:#999}.grid{stroke:#ddd}
.true{fill:none;stroke:#1a7f37;stroke-width:2}
.believed{fill:none;stroke:#7a4fb5;stroke-width:1.5;stroke-dasharray:5 3}
.water{fill:#2f7fd1}.mishap{fill:#b35900}.hair{stroke:#b35900;stroke-dasharray:2 3}
.told{fill:#c62828}.small{font-size:11px}.end{text-anchor:end}.mid{text-anchor:middle}
.over{paint-order:stroke;stroke:#fff;stroke-width:6px}
.head{font-size:16px;font-weight:600}.name{font-weight:600}
@media (prefers-color-scheme:dark){
svg{background:#16181d}.over{stroke:#16181d}text{fill:#e6e6e6}.axis{stroke:#777}.grid{stroke:#333}
.true{stroke:#56d364}.believed{stroke:#c9a5ff}.water{fill:#6cb6ff}
.mishap{fill:#f0a354}.hair{stroke:#f0a354}.told{fill:#ff7b72}}
"""

Words = Mapping[str, str]


def svg(scenario: Scenario, chronicle: Chronicle, language: str) -> str:
    """The drawing; every text in it is escaped."""
    words = LEGEND[language]
    title = scenario.title.vi if language == "vi" else scenario.title.en
    body, top = list[str](), float(HEAD)
    for zone in scenario.zones:
        scale = Scale(top + GAP, scenario.hours, scenario.starts_at)
        rows = lanes(chronicle, zone.key, scenario.hours, language)
        notes = [note for note in chronicle.notes if note.zone == zone.key]
        body += _panel(scale, f"{words['zone']} {zone.key}", notes, words)
        body += _strip(scale, rows)
        top = scale.bottom + AXIS + ROW * len(rows)
    box = f"0 0 {WIDTH} {top + FOOT:.0f}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img"',
            f' lang="{language}" aria-label="{escape(title, quote=True)}">',
            f"<style>{STYLE}</style>",
            f'<text class="head" x="{LEFT}" y="24">{escape(title)}</text>',
            *_legend(words),
            *body,
            "</svg>",
            "",
        ]
    )


def _legend(words: Words) -> Iterator[str]:
    signs = {
        "true": '<path class="true" d="M{x} 44h24"/>',
        "believed": '<path class="believed" d="M{x} 44h24"/>',
        "water": '<rect class="water" x="{x}" y="38" width="12" height="10"/>',
        "mishap": '<rect class="mishap" x="{x}" y="39" width="24" height="8" rx="2"/>',
        "told": '<path class="told" d="M{x} 48l6 -10 6 10z"/>',
    }
    for number, (name, sign) in enumerate(signs.items()):
        x = LEFT + number * (WIDTH - LEFT - RIGHT) // len(signs)
        yield sign.replace("{x}", str(x))
        yield f'<text class="small" x="{x + 30}" y="48">{escape(words[name])}</text>'


def _panel(scale: Scale, name: str, notes: Sequence[Note], words: Words) -> Iterator[str]:
    most = max((note.litres for note in notes), default=0.0)
    yield from _axes(scale, most, words)
    yield f'<text class="name" x="{LEFT}" y="{scale.top - 8:.0f}">{escape(name)}</text>'
    wide = max(1.0, (WIDTH - LEFT - RIGHT) / max(1, len(notes)))
    for note in notes:
        if note.litres > 0.0:
            tall = note.litres / most * PLOT * BAR_SHARE
            yield (
                f'<rect class="water" x="{scale.x(note.at_s) - wide:.1f}" '
                f'y="{scale.bottom - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>'
            )
    yield _line("true", scale, [(note.at_s, note.fill) for note in notes])
    yield _line("believed", scale, [(note.at_s, note.believed) for note in notes])


def _axes(scale: Scale, most_litres: float, words: Words) -> Iterator[str]:
    right = WIDTH - RIGHT
    for share in (LOW, 0.6, 0.8, 1.0):
        y = scale.y(share)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="small end" x="{LEFT - 6}" y="{y + 4:.1f}">{share:.0%}</text>'
    yield f'<path class="axis" d="M{LEFT} {scale.top:.1f}V{scale.bottom:.1f}H{right}"/>'
    above = scale.top - 8
    yield f'<text class="small end" x="{right}" y="{above:.1f}">{escape(words["unit"])}</text>'
    if most_litres > 0.0:
        y = scale.bottom - PLOT * BAR_SHARE
        yield f'<path class="axis" d="M{right} {y:.1f}h4M{right} {scale.bottom:.1f}V{y:.1f}"/>'
        yield f'<text class="small" x="{right + 7}" y="{y + 4:.1f}">{most_litres:.1f} L</text>'
    for at_s, text in scale.hours_of_day(words["hour"], words["day"]):
        yield (
            f'<text class="small mid" x="{scale.x(at_s):.1f}" '
            f'y="{scale.bottom + 15:.1f}">{escape(text)}</text>'
        )


def _line(name: str, scale: Scale, points: Sequence[tuple[float, float | None]]) -> str:
    """Gaps in what is known stay gaps."""
    path, pen_down = [], False
    for at_s, value in points:
        if value is None:
            pen_down = False
            continue
        path.append(f"{'L' if pen_down else 'M'}{scale.x(at_s):.1f} {scale.y(value):.1f}")
        pen_down = True
    return f'<path class="{name}" d="{"".join(path)}"/>'


def _strip(scale: Scale, rows: Sequence[Lane]) -> Iterator[str]:
    """A row for each thing that went wrong or was told, so that no two names overlap."""
    for number, row in enumerate(rows):
        yield from lane(scale, row, scale.bottom + AXIS + ROW * number)
