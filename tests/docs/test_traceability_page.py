"""Every command of the page on stamps is typed, and answers what the page says."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from traceability import errors
from traceability.cli import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "traceability.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"\$\((?:cat|(?P<first>head -n 1)) (?P<file>[\w.]+)\)")
ERROR = re.compile(r"^\| `([\w-]+)` \|", re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE) if name == kind]


def typed() -> Iterator[tuple[list[str], str]]:
    for block in blocks("console"):
        for part in block.removeprefix("$ ").split("\n$ "):
            command, _, answer = part.partition("\n")
            yield shlex.split(command), answer.strip()


def shown(word: str) -> str:
    """A word as a shell has it: what a file holds, or its first line, in place of its name."""
    asked = SHOWN.fullmatch(word)
    if asked is None:
        return word
    text = Path(asked["file"]).read_text("utf-8").rstrip("\n")
    return text.splitlines()[0] if asked["first"] else text


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the terminal shows."""
    if words[0] == "cp":
        shutil.copy(*words[1:])
        return ""
    assert words[:2] == ["vuonso", "stamps"]
    main([shown(word) for word in words[2:]])
    printed = capsys.readouterr()
    return (printed.out + printed.err).strip()


def test_every_command_answers_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (event,) = map(json.loads, blocks("json"))
    broken = {**event, "bizStep": "harvesting"}
    document = {
        "@context": event["@context"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": event["eventTime"],
        "epcisBody": {"eventList": [broken]},
    }
    Path("harvest.json").write_text(json.dumps(event))
    Path("broken.json").write_text(json.dumps(document))
    commands = list(typed())
    assert len(commands) >= 30
    for words, answer in commands:
        expected = re.escape(answer).replace("…", r"\S+")
        found = said(words, capsys)
        assert re.fullmatch(expected, found), (words, found)


def test_the_example_of_the_library_runs() -> None:
    (example,) = blocks("python")
    exec(compile(example, "docs/traceability.md", "exec"), {})  # noqa: S102 the page's own code


def test_every_code_of_an_error_is_on_the_page() -> None:
    told = {
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.GS1Error | errors.EpcisError)
    }
    table = PAGE.partition("| error | what is wrong |")[2].partition("\n\n")[0]
    assert told | {"serial"} == set(ERROR.findall(table))
