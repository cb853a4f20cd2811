"""Every command of the page on stamps is typed, and answers what the page says."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from traceability import errors
from traceability.cli import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "traceability.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ERROR = re.compile(r"^\| `([\w-]+)` \|", re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE) if name == kind]


def typed() -> Iterator[tuple[list[str], str]]:
    for block in blocks("console"):
        for part in block.removeprefix("$ ").split("\n$ "):
            command, _, answer = part.partition("\n")
            yield shlex.split(command), answer.strip()


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
    assert len(commands) >= 11
    for words, answer in commands:
        assert words[:2] == ["vuonso", "stamps"]
        main(words[2:])
        said = capsys.readouterr()
        assert (said.out + said.err).strip() == answer, words


def test_the_example_of_the_library_runs() -> None:
    (example,) = blocks("python")
    exec(compile(example, "docs/traceability.md", "exec"), {})  # noqa: S102 the page's own code


def test_every_code_of_an_error_is_on_the_page() -> None:
    told = {
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.GS1Error | errors.EpcisError)
    }
    assert told | {"serial"} == set(ERROR.findall(PAGE))
