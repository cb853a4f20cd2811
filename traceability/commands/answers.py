"""How a command answers: words for people, a JSON object per line for programs, an exit status."""

import argparse
import json
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from traceability.errors import TraceabilityError

DONE: Final = 0
REFUSED: Final = 1
CANNOT: Final = 2
STANDARD_INPUT: Final = "-"
STATUS: Final = "exit status: 0 all was good, 1 something was refused, 2 it could not be done"

Answer = Mapping[str, Any]


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


@dataclass(frozen=True, slots=True)
class Words:
    """How an answer is told to a person: what is good, and the word before a refusal."""

    good: Callable[[Answer], str]
    refusal: str = "refused"


def answer_each(
    given: Iterable[str], judge: Callable[[str], Answer], words: Words | None = None
) -> int:
    """One answer for each text, in its order, at once; in JSON unless there are words for it."""
    status = DONE
    for text in given:
        try:
            answer: Answer = {"ok": True, **judge(text)}
        except TraceabilityError as error:
            answer = {"ok": False, "error": error.code, "message": str(error)}
            status = REFUSED
        _tell(answer, words)
    return status


def _tell(answer: Answer, words: Words | None) -> None:
    if words is None:
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    elif answer["ok"]:
        print(words.good(answer))
    else:
        print(f"{words.refusal}: {answer['message']}", file=sys.stderr)


def lines(typed: Iterable[str]) -> Iterable[str]:
    return (line.rstrip("\r\n") for line in typed)
