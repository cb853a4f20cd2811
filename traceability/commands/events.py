"""``hash``: the CBV 2.0 hash of every event of EPCIS documents, by which anybody can name them."""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Final

from traceability.commands.answers import STANDARD_INPUT, Answer, add_command, answer_each
from traceability.epcis.document import hashes, pre_hashes, read

EXAMPLES: Final = """
vuonso stamps hash events.jsonld
vuonso stamps hash --pre-hash event.json
curl -s https://txng.vn/epcis/events | vuonso stamps hash --json -
"""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = add_command(
        commands, "hash", "print the hash of each event of EPCIS 2.0 documents", EXAMPLES
    )
    parser.add_argument(
        "file",
        nargs="+",
        help="document, query result or single event in JSON-LD; - reads one from standard input",
    )
    parser.add_argument("--json", action="store_true", help="answer one JSON object a file")
    parser.add_argument(
        "--pre-hash", action="store_true", help="show the string that each hash is taken over"
    )
    parser.set_defaults(run=_hash)


def _hash(options: argparse.Namespace) -> int:
    judge = partial(_hashed, shown=options.pre_hash)
    return answer_each(options.file, judge, as_json=options.json)


def _hashed(name: str, *, shown: bool) -> Answer:
    text = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    found = read(text)
    digests, strings = hashes(found), pre_hashes(found)
    fields: dict[str, object] = {"file": name, "hashes": digests}
    if not shown:
        return Answer(fields, "\n".join(digests))
    words = (f"{digest}\n{string}" for digest, string in zip(digests, strings, strict=True))
    return Answer({**fields, "pre_hashes": strings}, "\n".join(words))
