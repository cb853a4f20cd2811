"""JSON read more strictly than Python does, and the place of an error in it as a JSON path.

A number that is none and text that no encoding can hold are refused, and so is what is nested
deeper than any document of the standard. Of a name that stands twice the last counts.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn

from pydantic import JsonValue, ValidationError

from traceability.errors import EpcisError

ROOT: Final = "$"
# Real documents are ten objects deep; what is far deeper is an attack on whoever walks through it.
DEEPEST: Final = 64
_PLAINLY: Final = {"missing": "is missing", "extra_forbidden": "is no field of this object"}
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def load(text: str | bytes) -> JsonValue:
    """Raise EpcisError at ``$`` for what is no JSON text."""
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
        found: JsonValue = json.loads(decoded, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise EpcisError(ROOT, "the text is not UTF-8") from error
    except RecursionError as error:
        raise EpcisError(ROOT, f"deeper than {DEEPEST} objects and lists") from error
    except ValueError as error:
        raise EpcisError(ROOT, f"no JSON: {error}") from error
    _walk(found)
    return found


def refusal(error: ValidationError, given: JsonValue) -> EpcisError:
    """The first error of a model, at its place in what was given."""
    first = error.errors(include_url=False)[0]
    reason = _PLAINLY.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
    return EpcisError(path(_place(given, first["loc"], first["type"])), reason)


def path(parts: Iterable[str | int]) -> str:
    return ROOT + "".join(map(_step, parts))


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN_NAME.fullmatch(part) else f"[{json.dumps(part)}]"


def _place(given: JsonValue, location: tuple[str | int, ...], kind: str) -> list[str | int]:
    """Models name their own branches among the places; only what is in the data counts."""
    parts: list[str | int] = []
    for part in location:
        if isinstance(given, dict) and part in given:
            given = given[str(part)]
        elif isinstance(given, list) and isinstance(part, int) and part < len(given):
            given = given[part]
        else:
            continue
        parts.append(part)
    return [*parts, location[-1]] if kind == "missing" else parts


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _walk(found: JsonValue) -> None:
    level: list[JsonValue] = [found]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise EpcisError(ROOT, f"deeper than {DEEPEST} objects and lists")


def _children(node: JsonValue) -> Iterable[JsonValue]:
    if isinstance(node, Mapping):
        _check_texts(node)
        return node.values()
    if isinstance(node, list):
        return node
    if isinstance(node, str):
        _check_texts((node,))
    elif isinstance(node, float) and not math.isfinite(node):
        raise EpcisError(ROOT, "a number is too large")
    return ()


def _check_texts(texts: Iterable[str]) -> None:
    for text in texts:
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise EpcisError(ROOT, "a text holds half a surrogate pair") from error
