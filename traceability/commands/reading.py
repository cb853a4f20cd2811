"""``parse`` and ``verify``: what a code says, and whether one of our keys made it."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from traceability import associations, compression, elements
from traceability.ai_checks import GTIN_LENGTHS
from traceability.commands.answers import (
    STANDARD_INPUT,
    Answer,
    add_command,
    answer_each,
    lines,
)
from traceability.digital_link import GTIN, SCHEMES, STRICT, Tolerance, build
from traceability.elements import Element
from traceability.errors import LinkError
from traceability.gs1 import gtin14
from traceability.keyfile import KeyFile
from traceability.keys import SeasonKey
from traceability.token import normalise, read

PARSE_EXAMPLES: Final = """
vuonso stamps parse https://id.gs1.org/01/09520123456788/10/L1
vuonso stamps parse --json '(01)09520123456788(10)L1'
vuonso stamps parse - < codes.txt
"""
VERIFY_EXAMPLES: Final = """
vuonso stamps verify --keys keys.json 'ABCD EFGH JKMN PQRS TVWX'
vuonso stamps verify --keys keys.json - < scanned.txt
"""
TOLERANT: Final = Tolerance(short_gtins=True, alphas=True)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parse = add_command(
        commands, "parse", "say what Digital Links and GS1 codes hold", PARSE_EXAMPLES
    )
    parse.add_argument(
        "code",
        nargs="+",
        help="Digital Link, packed or plain, element string in brackets or as scanned (^ for "
        "FNC1), or GTIN; - reads one a line and answers one JSON object a line",
    )
    parse.add_argument("--json", action="store_true", help="answer one JSON object a code")
    parse.add_argument(
        "--strict",
        action="store_true",
        help="refuse what lacks an identifier it needs, as if nothing else were on the item",
    )
    parse.add_argument(
        "--tolerant",
        action="store_true",
        help="let pass what older links do: GTINs of 8, 12 or 13 digits, words for identifiers",
    )
    parse.set_defaults(run=_parse)

    verify = add_command(
        commands, "verify", "tell whether one of our keys made a serial", VERIFY_EXAMPLES
    )
    verify.add_argument(
        "serial",
        help="serial as printed or typed (O is read as 0, I and L as 1), or the whole link; "
        "- reads one a line and answers one JSON object a line",
    )
    verify.add_argument("--keys", type=Path, required=True, help="key file")
    verify.add_argument("--json", action="store_true", help="answer a JSON object")
    verify.set_defaults(run=_verify)


def _parse(options: argparse.Namespace) -> int:
    streamed = options.code == [STANDARD_INPUT]
    tolerance = TOLERANT if options.tolerant else STRICT
    return answer_each(
        lines(options.typed) if streamed else options.code,
        partial(_held, tolerance=tolerance, strict=options.strict),
        as_json=options.json or streamed,
    )


def _held(code: str, *, tolerance: Tolerance, strict: bool) -> Answer:
    held = _elements(code, tolerance)
    if strict:
        associations.check(held)
    canonical = _canonical(held)
    notes = [str(problem) for problem in associations.problems(held)]
    fields: dict[str, object] = {"ai": dict(held), "canonical": canonical}
    words = [f"({ai}) {value}" for ai, value in dict(held).items()]
    words += [f"canonical: {canonical}"] if canonical else []
    words += [f"note: {note}" for note in notes]
    return Answer({**fields, "notes": notes} if notes else fields, "\n".join(words))


def _elements(code: str, tolerance: Tolerance) -> tuple[Element, ...]:
    if code.startswith(SCHEMES):
        return compression.read(code, tolerance).elements
    if code.isascii() and code.isdigit() and len(code) in GTIN_LENGTHS:
        return (Element(GTIN, gtin14(code)),)
    if "://" in code or not code:
        raise LinkError("a Digital Link starts with http:// or https://")
    return elements.read(code)


def _canonical(held: tuple[Element, ...]) -> str | None:
    try:
        return build(held).canonical()
    except LinkError:
        return None


def _verify(options: argparse.Namespace) -> int:
    streamed = options.serial == STANDARD_INPUT
    return answer_each(
        lines(options.typed) if streamed else [options.serial],
        partial(_genuine, keys=KeyFile.load(options.keys).keys()),
        as_json=options.json or streamed,
        refusal="not genuine",
    )


def _genuine(text: str, *, keys: Mapping[int, SeasonKey]) -> Answer:
    serial = text.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    stamp = read(serial, keys)
    words = f"genuine: kid {stamp.kid}, issuance {stamp.issuance}, index {stamp.index}"
    return Answer({"serial": normalise(serial), **asdict(stamp)}, words)
