"""``keygen``, ``issue``, ``sheet``, ``plan``: seasons, print runs and their sheets, from files."""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Final, get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console
from rich.progress import track

from traceability.commands.answers import DONE, add_command
from traceability.errors import KeyFileError, NoteError, SheetError, TraceabilityError
from traceability.gs1 import gtin14
from traceability.keyfile import KeyFile, PrintRun
from traceability.labels import GRIDS, Language, Printer
from traceability.manifest import Manifest
from traceability.notes import Verifier
from traceability.payload import base
from traceability.plan import RESOLUTIONS, Plan, plans
from traceability.qr import symbol, text
from traceability.sheet import MAX_LABELS, write
from traceability.thermal import write_tspl, write_zpl
from traceability.token import FIELD_LIMIT, grouped, serials

KEY_EXAMPLES: Final = """
vuonso stamps keygen keys.json --season 2026-2
vuonso stamps keygen keys.json --season 2027-1 --retire 2024-1
vuonso stamps keygen new.json --season 2027-1 --after list.note --key htx.vn/tem+1a2b3c4d+AbC…
"""
ISSUE_EXAMPLES: Final = """
vuonso stamps issue --keys keys.json --host https://txng.vn --gtin 8935000000007 \\
  --product 'Cà chua bi' --lot 20261123-Z1-01 --harvested 2026-11-23 --quantity 200 --out run.json
"""
SHEET_EXAMPLES: Final = """
vuonso stamps sheet run.json --keys keys.json --out labels.pdf
vuonso stamps sheet run.json --keys keys.json --sheet roll-40x25 --dpi 203 --out labels.pdf
vuonso stamps sheet run.json --keys keys.json --sheet roll-50x30 --dpi 203 --out labels.zpl
vuonso stamps sheet run.json --keys keys.json --out links.csv
"""
WRITERS: Final = {".pdf": write, ".zpl": write_zpl, ".tspl": write_tspl}
LINKS: Final = ".csv"
PLAN_EXAMPLES: Final = """
vuonso stamps plan --host https://txng.vn --gtin 8935000000007
vuonso stamps plan --host https://tem.hoptacxa.vn --dpi 203 --json
"""
COLUMNS: Final = ("number", "serial", "typed", "link")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    key = add_command(commands, "keygen", "make a key file, or add a season to it", KEY_EXAMPLES)
    key.add_argument("file", type=Path)
    key.add_argument("--season", required=True, help="name of the season, e.g. 2026-2")
    key.add_argument(
        "--retire", metavar="SEASON", help="take out a season all of whose stamps have expired"
    )
    key.add_argument(
        "--after",
        type=Path,
        metavar="LIST",
        help="signed list of stamps made with a lost or leaked file: repeat none of its numbers",
    )
    key.add_argument("--key", help="whose signature of that list counts, as name+id+key")
    key.add_argument("--json", action="store_true", help="answer a JSON object")
    key.set_defaults(run=_keygen)
    _add_issue(commands)
    _add_sheet(commands)
    plan = add_command(
        commands, "plan", "say how large the codes of a host would be in print", PLAN_EXAMPLES
    )
    plan.add_argument("--host", required=True, help="host to print, e.g. https://txng.vn")
    plan.add_argument("--gtin", help="GTIN of the product, 8 to 14 digits")
    plan.add_argument("--dpi", type=int, help="resolution of the printer; without it: the usual")
    plan.add_argument("--json", action="store_true", help="answer one JSON object a line")
    plan.set_defaults(run=_plan)


def _add_issue(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    issue = add_command(
        commands, "issue", "reserve serials for a lot and write its print run", ISSUE_EXAMPLES
    )
    issue.add_argument("--keys", type=Path, required=True, help="key file")
    issue.add_argument("--host", required=True, help="host to print, e.g. https://txng.vn")
    issue.add_argument("--gtin", help="GTIN of the product, 8 to 14 digits")
    issue.add_argument("--product", required=True)
    issue.add_argument("--producer", default="", help="name printed where there is room for it")
    issue.add_argument("--lot", required=True)
    issue.add_argument(
        "--harvested",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="day of harvest; without it none is printed",
    )
    issue.add_argument("--quantity", type=int, required=True)
    issue.add_argument(
        "--sealed",
        action="store_true",
        help="signed codes for cartons, verified without a network",
    )
    issue.add_argument(
        "--language", choices=get_args(Language), default="vi", help="of the words on the labels"
    )
    issue.add_argument("--simulated", action="store_true", help="print MẪU on every label")
    issue.add_argument("--out", type=Path, required=True, help="print run file to write")
    issue.add_argument("--json", action="store_true", help="answer a JSON object")
    issue.set_defaults(run=_issue)


def _add_sheet(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sheets = add_command(
        commands,
        "sheet",
        "write the labels of a print run as PDF or for a label printer, or its links as CSV",
        SHEET_EXAMPLES,
    )
    sheets.add_argument("file", type=Path, help="print run file")
    sheets.add_argument("--keys", type=Path, required=True, help="key file")
    sheets.add_argument(
        "--out",
        type=Path,
        required=True,
        help=f"file to write: {', '.join([*WRITERS, LINKS])}; "
        f"beyond {MAX_LABELS:,} labels several, numbered",
    )
    sheets.add_argument("--sheet", choices=sorted(GRIDS), default="a4-65")
    sheets.add_argument("--dpi", type=int, default=300, help="resolution of the printer")
    sheets.add_argument("--marks", action="store_true", help="show where to cut plain paper")
    sheets.add_argument("--json", action="store_true", help="answer one JSON object a file")
    sheets.set_defaults(run=_sheet)


def _keygen(options: argparse.Namespace) -> int:
    path: Path = options.file
    held = _changed(KeyFile.load(path), options) if path.exists() else _new(options)
    held.save(path)
    if options.json:
        print(json.dumps({"seasons": [season.model_dump() for season in held.seasons]}))
        return DONE
    for season in held.seasons:
        print(f"kid {season.kid}  season {season.season}")
    return DONE


def _changed(held: KeyFile, options: argparse.Namespace) -> KeyFile:
    if options.after:
        raise KeyFileError(f"{options.file} is there already: --after is for a new key file.")
    if options.retire:
        held = held.without_season(options.retire)
    return held.with_season(options.season)


def _new(options: argparse.Namespace) -> KeyFile:
    if options.retire:
        raise KeyFileError(f"There is no {options.file} to take a season out of.")
    if not options.after:
        return KeyFile.new(options.season)
    if not options.key:
        raise NoteError("a list is believed by its signature: name whose with --key")
    note = options.after.read_text(encoding="utf-8", errors="replace")
    listed = Manifest.read(note, [Verifier.parse(options.key)])
    return KeyFile.new(
        options.season, kid=listed.free_key_id(), next_issuance=listed.next_issuance()
    )


def _issue(options: argparse.Namespace) -> int:
    held = KeyFile.load(options.keys)
    if not 1 <= options.quantity <= FIELD_LIMIT:
        raise TraceabilityError(f"One run has 1 to {FIELD_LIMIT:,} stamps; make several runs.")
    if options.sealed and options.harvested is None:
        raise TraceabilityError("A sealed stamp says the day of harvest: give it by --harvested.")
    run = PrintRun(
        issuance=held.next_issuance,
        kid=held.seasons[-1].kid,
        quantity=options.quantity,
        host=base(options.host),
        gtin=gtin14(options.gtin) if options.gtin else None,
        product=options.product,
        producer=options.producer,
        lot=options.lot,
        harvested_on=options.harvested,
        simulated=options.simulated,
        sealed=options.sealed,
        language=options.language,
    )
    # The number is spent first: a lost run leaves a gap, a reused number two lots in one code.
    held.model_copy(update={"next_issuance": held.next_issuance + 1}).save(options.keys)
    options.out.write_text(run.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if options.json:
        print(json.dumps({"issuance": run.issuance, "kid": run.kid, "quantity": run.quantity}))
    else:
        print(f"issuance {run.issuance}: {run.quantity} stamps for lot {run.lot}")
    return DONE


def _sheet(options: argparse.Namespace) -> int:
    run = PrintRun.load(options.file)
    held = KeyFile.load(options.keys)
    out: Path = options.out
    if out.suffix not in {*WRITERS, LINKS}:
        raise SheetError(f"A file is told by its ending: {', '.join([*WRITERS, LINKS])}.")
    keys, signer = held.keys(), held.sealing_key(run.kid)
    for path, indices in _parts(out, run.quantity):
        printed = _watched(serials(keys[run.kid], run.issuance, indices), len(indices), path.name)
        if out.suffix == LINKS:
            _links(path, run, indices, printed, signer)
        else:
            printer = Printer(GRIDS[options.sheet], options.dpi, options.marks)
            with path.open("wb") as file:
                seals = run.seals(indices, signer) if run.sealed else None
                WRITERS[out.suffix](file, run.label(), printed, printer, seals)
        if options.json:
            print(json.dumps({"file": str(path), "labels": len(indices)}))
        else:
            print(f"{len(indices)} labels in {path}")
    return DONE


def _parts(out: Path, quantity: int) -> Iterator[tuple[Path, range]]:
    """The files of a run, each with the stamps it holds; the last one may be short."""
    if quantity <= MAX_LABELS:
        yield out, range(quantity)
        return
    for number, first in enumerate(range(0, quantity, MAX_LABELS), 1):
        path = out.with_name(f"{out.stem}-{number:03}{out.suffix}")
        yield path, range(first, min(first + MAX_LABELS, quantity))


def _watched(serials: Iterable[str], count: int, name: str) -> Iterable[str]:
    """A bar for whoever waits at a terminal; a program's output stays as it is."""
    if not sys.stderr.isatty():
        return serials
    return track(serials, name, total=count, console=Console(stderr=True), transient=True)


def _links(
    path: Path, run: PrintRun, indices: range, printed: Iterable[str], signer: Ed25519PrivateKey
) -> None:
    """For print shops that make their own codes: these links to the letter, or they are larger."""
    prefix = run.label().prefix()
    seals = run.seals(indices, signer) if run.sealed else None
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number, serial in zip(indices, printed, strict=True):
            code = serial if seals is None else next(seals)
            rows.writerow((number + 1, serial, grouped(serial), prefix + code))


def _plan(options: argparse.Namespace) -> int:
    gtin = gtin14(options.gtin) if options.gtin else None
    found = list(plans(options.host, gtin, (options.dpi,) if options.dpi else RESOLUTIONS))
    for plan in found:
        print(json.dumps(_told(plan)) if options.json else _in_words(plan))
    if not options.json:
        print(f"\n{text(symbol(found[0].link))}\n{found[0].link}")
    return DONE


def _told(plan: Plan) -> dict[str, object]:
    return {
        "kind": plan.kind,
        "version": plan.version,
        **asdict(plan.fit),
        "module_mm": round(plan.fit.module_mm, 3),
        "side_mm": round(plan.fit.symbol_mm, 1),
        "sheets": list(plan.sheets),
        "printed_mm": {name: round(side, 1) for name, side in plan.sheets.items()},
    }


def _in_words(plan: Plan) -> str:
    code = plan.fit
    sheets = ", ".join(f"{name} ({side:.1f} mm)" for name, side in plan.sheets.items())
    return (
        f"{plan.kind:<7} version {plan.version:<2} {code.dpi:>4} dpi: {code.dots} dots a module, "
        f"at least {code.symbol_mm:.1f} mm; {sheets or 'no sheet has room'}"
    )
