"""How a command answers: words for people, a JSON object per line for programs, an exit status."""

import argparse
import json
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from traceability.errors import TraceabilityError

DONE: Final = 0
REFUSED: Final = 1
CANNOT: Final = 2
STANDARD_INPUT: Final = "-"
STATUS: Final = "exit status: 0 all was good, 1 something was refused, 2 it could not be done"


class Answer(NamedTuple):
    """What is said of one text: fields for programs, words for people."""

    fields: Mapping[str, object]
    words: str


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    summary: str,
    examples: str,
) -> argparse.ArgumentParser:
    """A sub-command whose help ends with examples that a test runs or a reader can."""
    return commands.add_parser(
        name,
        help=summary,
        description=summary[:1].upper() + summary[1:] + ".",
        epilog=f"examples:\n{textwrap.indent(examples.strip(), '  ')}\n\n{STATUS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def answer_each(
    given: Iterable[str],
    judge: Callable[[str], Answer],
    *,
    as_json: bool,
    refusal: str = "refused",
) -> int:
    """One answer for each text, in its order, at once; the status says whether all were good."""
    status = DONE
    for text in given:
        try:
            fields, words = judge(text)
        except TraceabilityError as error:
            status = REFUSED
            if as_json:
                _tell({"ok": False, "error": error.code, "message": str(error)})
            else:
                print(f"{refusal}: {error}", file=sys.stderr)
            continue
        if as_json:
            _tell({"ok": True, **fields})
        else:
            print(words)
    return status


def _tell(answer: Mapping[str, object]) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)


def lines(typed: Iterable[str]) -> Iterable[str]:
    return (line.rstrip("\r\n") for line in typed)
