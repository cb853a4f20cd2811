"""Cards of paper, A5, one for each thing to know, with the icons and the words of the screens.

The same tasks give the same octets, so that a card printed again is the same card.
"""

import io
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from cloud.help import outline
from cloud.help.outline import Point
from cloud.help.tasks import Task
from cloud.i18n import _
from cloud.words import Line, say
from traceability.font import BOLD, Font, subset
from traceability.pdf import Document, embed
from traceability.words import Line as Set

_MM: Final = 72 / 25.4
_WIDTH: Final = 148 * _MM
_HEIGHT: Final = 210 * _MM
_EDGE: Final = 14 * _MM
_ROOM: Final = _WIDTH - 2 * _EDGE
_GRID: Final = 24.0
"""Icons are drawn on so many units."""
_ICON: Final = 38 * _MM
_TITLE: Final = 30.0
_STEP: Final = 21.0
_NUMBER: Final = 11 * _MM
"""From the edge to the sentence, past its number."""
_SMALL: Final = 11.0
_LEADING: Final = 1.4

HEAD: Final = "Vườn Số"
FOOT: Final = _("Gọi tổ hỗ trợ:")


def cards(tasks: Sequence[Task], icons: Mapping[str, str], language: str) -> bytes:
    """A page for each task."""
    foot = say(language, Line(FOOT))
    titles = [say(language, one.title) for one in tasks]
    steps = [[say(language, step) for step in one.steps] for one in tasks]
    plain = subset("".join([HEAD, foot, *(line for some in steps for line in some)]))
    bold = subset("".join([*titles, "0123456789"]), BOLD)
    sink = io.BytesIO()
    document = Document(sink)
    fonts = " ".join(f"/{font.weight.tag} {embed(document, font)} 0 R" for font in (plain, bold))
    parent = document.reserve()
    kids = [
        _page(document, parent, _card((plain, bold), icons[one.icon], title, lines, foot))
        for one, title, lines in zip(tasks, titles, steps, strict=True)
    ]
    document.add(
        f"<< /Type /Pages /Count {len(kids)} /MediaBox [0 0 {_WIDTH:.3f} {_HEIGHT:.3f}]"
        f" /Resources << /Font << {fonts} >> >> /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>",
        parent,
    )
    document.close(document.add(f"<< /Type /Catalog /Pages {parent} 0 R >>"))
    return sink.getvalue()


def _page(document: Document, parent: int, drawing: str) -> int:
    content = document.stream(drawing.encode())
    return document.add(f"<< /Type /Page /Parent {parent} 0 R /Contents {content} 0 R >>")


def _card(fonts: tuple[Font, Font], icon: str, title: str, steps: Sequence[str], foot: str) -> str:
    plain, bold = fonts
    top = _HEIGHT - _EDGE
    parts = [Set(plain, HEAD, _SMALL, _EDGE, top - _SMALL).pdf()]
    top -= _SMALL * 2
    parts.append(_icon(icon, (_EDGE, top)))
    top -= _ICON + _TITLE
    for line in bold.wrap(title, _TITLE, _ROOM):
        parts.append(Set(bold, line, _TITLE, _EDGE, top).pdf())
        top -= _TITLE * _LEADING
    for number, step in enumerate(steps, 1):
        top -= _STEP * 0.5
        parts.append(Set(bold, str(number), _STEP, _EDGE, top).pdf())
        for line in plain.wrap(step, _STEP, _ROOM - _NUMBER):
            parts.append(Set(plain, line, _STEP, _EDGE + _NUMBER, top).pdf())
            top -= _STEP * _LEADING
    parts.append(Set(plain, foot, _STEP, _EDGE, _EDGE + _SMALL).pdf())
    rule = _EDGE + plain.width(f"{foot} ", _STEP)
    parts.append(
        f"0.8 w {rule:.3f} {_EDGE + _SMALL:.3f} m {_WIDTH - _EDGE:.3f} {_EDGE + _SMALL:.3f} l S"
    )
    return "\n".join(parts)


def _icon(path: str, corner: Point) -> str:
    """Drawn from its upper left corner, with the round pen of the screen."""
    drawn = outline.operators(path, partial(_place, corner))
    return f"q 1 J 1 j {2 * _ICON / _GRID:.3f} w\n{drawn}\nS Q"


def _place(corner: Point, point: Point) -> Point:
    """The screen counts down from the top, paper up from the bottom."""
    return corner[0] + point[0] * _ICON / _GRID, corner[1] - point[1] * _ICON / _GRID
