"""``parse`` and ``verify``: what a code says, and whether one of our keys made it."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
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
from traceability.errors import LinkError, NoteError, SerialError
from traceability.gs1 import gtin14
from traceability.keyfile import KeyFile
from traceability.keys import SeasonKey
from traceability.manifest import Manifest, Verdict
from traceability.notes import Verifier
from traceability.succession import refuse_going_back
from traceability.token import normalise, read

PARSE_EXAMPLES: Final = """
vuonso stamps parse https://id.gs1.org/01/09520123456788/10/L1
vuonso stamps parse --json '(01)09520123456788(10)L1'
vuonso stamps parse - < codes.txt
"""
VERIFY_EXAMPLES: Final = """
vuonso stamps verify --keys keys.json 'ABCD EFGH JKMN PQRS TVWX'
vuonso stamps verify --keys keys.json - < scanned.txt
vuonso stamps verify --manifest list.note --key htx.vn/tem+1a2b3c4d+AbC… https://txng.vn/S/0078…
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
    _add_verify(commands)


def _add_verify(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = add_command(
        commands, "verify", "tell whether one of our keys made a stamp", VERIFY_EXAMPLES
    )
    verify.add_argument(
        "serial",
        help="serial as printed or typed (O is read as 0, I and L as 1), digits of a sealed "
        "stamp, or the whole link; - reads one a line and answers one JSON object a line",
    )
    by = verify.add_mutually_exclusive_group(required=True)
    by.add_argument("--keys", type=Path, help="key file, by which serials are read")
    by.add_argument(
        "--manifest", type=Path, help="signed list, by which anybody reads sealed stamps"
    )
    verify.add_argument("--key", help="whose signature of the list counts, as name+id+key")
    verify.add_argument("--since", type=Path, help="an older list it must have followed")
    verify.add_argument(
        "--on",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="refuse a list that is not valid on this day",
    )
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
        _judge(options),
        as_json=options.json or streamed,
        refusal="not genuine",
    )


def _judge(options: argparse.Namespace) -> Callable[[str], Answer]:
    if options.keys is not None:
        return partial(_genuine, keys=KeyFile.load(options.keys).keys())
    if options.key is None:
        raise NoteError("a list is believed by its signature: name whose with --key")
    trusted = [Verifier.parse(options.key)]
    listed = _list(options.manifest, trusted)
    if options.since is not None:
        refuse_going_back(_list(options.since, trusted), listed)
    if options.on is not None and not listed.issued_on <= options.on <= listed.valid_until:
        raise NoteError(
            f"this list is for {listed.issued_on} to {listed.valid_until}: ask for another"
        )
    return partial(_sealed, listed=listed)


def _list(path: Path, trusted: list[Verifier]) -> Manifest:
    return Manifest.read(path.read_text(encoding="utf-8", errors="replace"), trusted)


def _sealed(text: str, *, listed: Manifest) -> Answer:
    verdict, seal = listed.judge(_last(text))
    if verdict in (Verdict.RECALLED, Verdict.OVERISSUED):
        raise SerialError(f"This sealed stamp is {verdict}.")
    fields = asdict(seal) | {
        "verdict": verdict,
        "harvested_on": seal.harvested_on.isoformat(),
        "lot_check": seal.lot_check.hex(),
        "listed_on": listed.issued_on.isoformat(),
        "valid_until": listed.valid_until.isoformat(),
    }
    words = f"{verdict}: issuance {seal.issuance}, index {seal.index}"
    return Answer(fields, f"{words}, harvested {seal.harvested_on}")


def _last(text: str) -> str:
    """The code at the end of a link, or the text itself."""
    return text.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]


def _genuine(text: str, *, keys: Mapping[int, SeasonKey]) -> Answer:
    serial = _last(text)
    stamp = read(serial, keys)
    words = f"genuine: kid {stamp.kid}, issuance {stamp.issuance}, index {stamp.index}"
    return Answer({"serial": normalise(serial), **asdict(stamp)}, words)
