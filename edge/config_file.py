"""Reads hardware.toml; a file it refuses is told by file, line, key, reason and fix."""

import json
import re
import tomllib
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from edge.config import Hardware, problems
from edge.config_buses import KINDS
from edge.config_section import Loc
from edge.errors import ConfigError

FIXES: Final = {
    "extra_forbidden": "remove the key or correct its spelling",
    "missing": "add the key",
    "string_pattern_mismatch": "use 1 to 16 of a-z, 0-9, _ and -, a letter first",
}
ANY_FIX: Final = "see hardware.example.toml for the allowed values"


def load(path: Path) -> Hardware:
    """Read and check a hardware file.

    Raises:
        ConfigError: the first thing wrong with it.
    """
    text = _read(path)
    try:
        # through JSON, because only there does strict mode take arrays and whole numbers
        hardware = Hardware.model_validate_json(json.dumps(tomllib.loads(text), default=str))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise ConfigError(path, str(error), "correct the TOML syntax", line=line) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        fix = FIXES.get(first["type"], ANY_FIX)
        raise _refusal(path, text, _without_tag(first["loc"]), first["msg"], fix) from None
    for problem in problems(hardware):
        raise _refusal(path, text, problem.loc, problem.reason, problem.fix)
    return hardware


def line_of(text: str, loc: Loc) -> int | None:
    """The line that sets `("zones", 1, "pin")`: `pin` in the second `[[zones]]`, else its head."""
    lines = text.splitlines()
    first, last = 0, len(lines)
    if len(loc) > 1:
        nth = loc[1] if isinstance(loc[1], int) else 0
        heads = [n for n, line in enumerate(lines) if _is_head(line, str(loc[0]))]
        if nth >= len(heads):
            return None
        first = heads[nth]
        rest = range(first + 1, last)
        last = next((n for n in rest if _is_other_head(lines[n], str(loc[0]))), last)
    key = next(str(part) for part in reversed(loc) if isinstance(part, str))
    sets_key = re.compile(rf"\s*\[*\s*(?:[a-z0-9_]+\.)*{re.escape(key)}\s*[=\]]")
    for number in range(first, last):
        if sets_key.match(lines[number]):
            return number + 1
    return first + 1 if len(loc) > 1 else None


def _without_tag(loc: Loc) -> Loc:
    """Pydantic names the kind of a sensor as if it were a key."""
    return tuple(part for place, part in enumerate(loc) if place == 0 or part not in KINDS)


def _is_head(line: str, table: str) -> bool:
    return re.match(rf"\s*\[+\s*{re.escape(table)}\s*\]+", line) is not None


def _is_other_head(line: str, table: str) -> bool:
    """Whether another table begins, not one inside this one."""
    return line.lstrip().startswith("[") and re.match(rf"\s*\[\s*{table}\.", line) is None


def _refusal(path: Path, text: str, loc: Loc, reason: str, fix: str) -> ConfigError:
    key = ".".join(str(part) for part in loc) or "file"
    return ConfigError(path, f"{key}: {reason}", fix, line=line_of(text, loc) if loc else None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fix = "copy hardware.example.toml there and adapt it"
        raise ConfigError(path, f"cannot be read ({error})", fix) from None
