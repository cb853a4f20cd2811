"""Reads a scenario by the name of one that is shipped, or by path."""

import json
import re
import tomllib
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from edge.config_file import FIXES, line_of
from edge.config_section import Loc
from edge.errors import ConfigError
from firmware_sim.scenario import Scenario, problems

SHIPPED: Final = Path(__file__).parent / "scenarios"
ANY_FIX: Final = "see docs/simulator.md for the allowed values"


def names() -> list[str]:
    """The scenarios that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def find(word: str) -> Path:
    """The file of a name or path.

    Raises:
        ConfigError: there is none.
    """
    shipped = SHIPPED / f"{word}.toml"
    if word in names():
        return shipped
    path = Path(word)
    if not path.is_file():
        raise ConfigError(path, "there is no such scenario", f"a path, or of {', '.join(names())}")
    return path


def load(path: Path) -> Scenario:
    """Read and check a scenario.

    Raises:
        ConfigError: the first thing wrong with it, with its line and what to do.
    """
    text = path.read_text(encoding="utf-8")
    try:
        # through JSON, because only there does strict mode take arrays and whole numbers
        scenario = Scenario.model_validate_json(json.dumps(tomllib.loads(text), default=str))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise ConfigError(path, str(error), "correct the TOML syntax", line=line) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        fix = FIXES.get(first["type"], ANY_FIX)
        raise _refusal(path, text, first["loc"], first["msg"], fix) from None
    for problem in problems(scenario):
        raise _refusal(path, text, problem.loc, problem.reason, problem.fix)
    return scenario


def _refusal(path: Path, text: str, loc: Loc, reason: str, fix: str) -> ConfigError:
    key = ".".join(str(part) for part in loc) or "file"
    return ConfigError(path, f"{key}: {reason}", fix, line=line_of(text, loc) if loc else None)
