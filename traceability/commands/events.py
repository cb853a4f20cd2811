"""``hash``: the CBV 2.0 hash of every event of EPCIS documents, by which anybody can name them."""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Final

from traceability.commands.answers import STANDARD_INPUT, Answer, Words, add_command, answer_each
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
    judge = partial(_hashed, pre_hash=options.pre_hash)
    return answer_each(options.file, judge, None if options.json else Words(_in_words))


def _hashed(name: str, *, pre_hash: bool) -> Answer:
    text = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    found = read(text)
    strings = {"pre_hashes": pre_hashes(found)} if pre_hash else {}
    return {"file": name, "hashes": hashes(found), **strings}


def _in_words(answer: Answer) -> str:
    if "pre_hashes" not in answer:
        return "\n".join(answer["hashes"])
    pairs = zip(answer["hashes"], answer["pre_hashes"], strict=True)
    return "\n".join(f"{digest}\n{text}" for digest, text in pairs)
