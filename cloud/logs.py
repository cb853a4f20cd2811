"""What the service says of itself: one line for each thing, and nothing of what anybody sent.

An error's own words may quote a person: a row that is there twice names the telephone number. So a
line tells its kind and the way it took, and its words only where machines alone wrote them.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final, Literal

from sqlalchemy.exc import OperationalError

_CAUSES: Final = 4  # errors told of one failure; the rest of a longer chain is the same story
_STEPS: Final = 6  # places told of each, the innermost
_CONTROLS: Final = (*range(0x20), *range(0x7F, 0xA0))
_DIRECTIONS: Final = (*range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_PRINTABLE: Final = {code: f"\\u{code:04x}" for code in (*_CONTROLS, *_DIRECTIONS)}
"""What would begin a second line, colour the first, or turn it round."""

Style = Literal["auto", "json", "lines"]

FACTS: Final = ("request", "command", "device", "op", "route", "status", "ms")
"""What a line may tell besides its words (`extra=`): random ids, codes and numbers, nobody's name.

`command` is the thread from a click to the pin: the pages, the worker and the agent all name it.
"""

CHATTY: Final = ("alembic", "apscheduler")
"""Libraries that tell each step they take: one could read nothing but rounds."""

request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""Of the request that is being answered, in whatever thread."""


class Line(logging.Formatter):
    """One printable line for a record, whatever is in it."""

    def format(self, record: logging.LogRecord) -> str:
        facts = [f"{name}={fact}" for name, fact in _facts(record)]
        said = " ".join([f"{record.levelname} {record.name}: {record.getMessage()}", *facts])
        error = record.exc_info[1] if record.exc_info else None
        return " | ".join([said, *causes(error)]).translate(_PRINTABLE)


class Json(logging.Formatter):
    """The same as one JSON object on one line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **dict(_facts(record)),
        }
        found = list(causes(error))
        if found:
            said["causes"] = found
        return json.dumps(said, ensure_ascii=False).translate(_PRINTABLE)


def speak(style: Style = "auto") -> None:
    """Say it on standard error: lines to a person's terminal, JSON to everything else."""
    handler = logging.StreamHandler(sys.stderr)
    for_people = style == "lines" or (style == "auto" and sys.stderr.isatty())
    handler.setFormatter(Line() if for_people else Json())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def causes(error: BaseException | None) -> Iterator[str]:
    """An error and what led to it, outermost first."""
    for _ in range(_CAUSES):
        if error is None:
            return
        yield f"{type(error).__name__}{_words(error)} at {_way(error)}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _facts(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    """The facts a record has, the request's id by itself."""
    for name in FACTS:
        fact = getattr(record, name, None)
        if fact is None and name == "request":
            fact = request_id.get() or None
        if fact is not None:
            yield name, fact if isinstance(fact, int | float) else str(fact)


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f" ({error.strerror})"
    return f" ({error.orig})" if isinstance(error, OperationalError) else ""


def _way(error: BaseException) -> str:
    steps = traceback.extract_tb(error.__traceback__)[-_STEPS:]
    return " > ".join(f"{_file(step.filename)}:{step.lineno} {step.name}" for step in steps)


def _file(name: str) -> str:
    return "/".join(PurePath(name).parts[-2:])
