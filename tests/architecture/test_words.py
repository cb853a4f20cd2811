"""Words that belong to somebody's machine and not to the product never land."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".webp", ".pdf", ".ttf", ".woff2", ".ico", ".gz", ".db"}
LEFT_OUT = {".git", "data", "uv.lock", "__pycache__"}
# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile("/(?:wo" + "rk|ro" + r"ot|ho" + r"me/\w+)/")
PLACEHOLDERS = re.compile("lorem" + " ipsum", re.IGNORECASE)


def texts() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if any(part in LEFT_OUT or (part.startswith(".") and part != ".ci") for part in inside):
            continue
        if path.is_file() and path.suffix not in BINARY:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_no_path_of_a_machine() -> None:
    assert [name for name, text in texts() if MACHINE_PATHS.search(text)] == []


def test_no_placeholder_text() -> None:
    assert [name for name, text in texts() if PLACEHOLDERS.search(text)] == []
