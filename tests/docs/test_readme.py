"""What the pages tell a reader to type or to open exists."""

import re
import shlex
from pathlib import Path

import pytest

from vuonso.cli import PROGRAMS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^    (\S.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)")
SPOKEN = re.compile(r"`(script/[\w-]+|\.ci/run|\w+/[\w/]+\.(?:py|md|toml))\b[^`]*`")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_readme_needs_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    typed = [shlex.split(line) for line in BLOCK.findall(readme.partition("## What it is")[0])]
    assert typed == [["script/demo"], ["script/test"]]
    for words in typed:
        assert (ROOT / words[0]).stat().st_mode & 0o111, words


def test_the_readmes_programs_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"\bvuonso (\w+) --help", readme)) <= set(PROGRAMS)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in targets if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_spoken_of_exists(page: Path) -> None:
    spoken = SPOKEN.findall(page.read_text("utf-8"))
    assert [name for name in spoken if not (ROOT / name).exists()] == []


def test_decisions_are_short_and_whole() -> None:
    for page in (ROOT / "docs" / "adr").glob("*.md"):
        text = page.read_text("utf-8")
        assert len(text.splitlines()) <= 60, page.name
        assert all(part in text for part in ("## Context", "## Decision", "## Consequences"))
