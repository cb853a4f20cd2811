"""``legal``: what the law asks to be told of a lot and is not told yet, in Vietnamese."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from traceability import legal
from traceability.commands.answers import DONE, REFUSED, STANDARD_INPUT, add_command
from traceability.legal import Lot, Requirement

EXAMPLES: Final = """
vuonso stamps legal lot.json
vuonso stamps legal --json lot.json
"""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = add_command(
        commands, "legal", "say what the law asks of a lot and is not told yet", EXAMPLES
    )
    parser.add_argument(
        "file",
        help="the lot as JSON; fields left out are not told, null: there is none; - reads it",
    )
    parser.add_argument("--json", action="store_true", help="answer a JSON object")
    parser.set_defaults(run=_legal)


def _legal(options: argparse.Namespace) -> int:
    name: str = options.file
    text = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    found = legal.missing(Lot.read(text))
    if options.json:
        answer = {"ok": not found, "missing": [_told(one) for one in found]}
        print(json.dumps(answer, ensure_ascii=False))
    else:
        _tell(found)
    return REFUSED if found else DONE


def _tell(found: list[Requirement]) -> None:
    if not found:
        print(f"Đủ {len(legal.REQUIREMENTS)} mục theo {legal.CIRCULAR} và {legal.DECREE}.")
        return
    print(f"Còn thiếu {len(found)} mục:")
    for one in found:
        print(f"- {one.name}: {one.how} ({one.source})")


def _told(one: Requirement) -> dict[str, object]:
    return {
        "law": one.law,
        "number": one.number,
        "name": one.name,
        "how": one.how,
        "fields": one.fields,
    }
