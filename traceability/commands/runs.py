"""``key``, ``issue`` and ``print``: seasons, print runs and their sheets, from files."""

import argparse
from datetime import date
from pathlib import Path
from typing import Final

from traceability.commands.answers import DONE, add_command
from traceability.errors import TraceabilityError
from traceability.gs1 import gtin14
from traceability.keyfile import KeyFile, PrintRun
from traceability.labels import GRIDS, Printer
from traceability.payload import base
from traceability.sheet import MAX_LABELS, write
from traceability.token import serials

KEY_EXAMPLES: Final = "vuonso stamps key keys.json --season 2026-2"
ISSUE_EXAMPLES: Final = """
vuonso stamps issue --keys keys.json --host https://txng.vn --gtin 8935000000007 \\
  --product 'Cà chua bi' --lot 20261123-Z1-01 --harvested 2026-11-23 --quantity 200 --out run.json
"""
PRINT_EXAMPLES: Final = "vuonso stamps print run.json --keys keys.json --out labels.pdf"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    key = add_command(commands, "key", "make a key file, or add a season to it", KEY_EXAMPLES)
    key.add_argument("file", type=Path)
    key.add_argument("--season", required=True, help="name of the season, e.g. 2026-2")
    key.set_defaults(run=_key)

    issue = add_command(
        commands, "issue", "reserve serials for a lot and write its print run", ISSUE_EXAMPLES
    )
    issue.add_argument("--keys", type=Path, required=True, help="key file")
    issue.add_argument("--host", required=True, help="host to print, e.g. https://txng.vn")
    issue.add_argument("--gtin", help="GTIN of the product, 8 to 14 digits")
    issue.add_argument("--product", required=True)
    issue.add_argument("--lot", required=True)
    issue.add_argument("--harvested", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    issue.add_argument("--quantity", type=int, required=True)
    issue.add_argument("--simulated", action="store_true", help="print MẪU on every label")
    issue.add_argument("--out", type=Path, required=True, help="print run file to write")
    issue.set_defaults(run=_issue)

    sheets = add_command(
        commands, "print", "write the label sheets of a print run as PDF", PRINT_EXAMPLES
    )
    sheets.add_argument("file", type=Path, help="print run file")
    sheets.add_argument("--keys", type=Path, required=True, help="key file")
    sheets.add_argument("--out", type=Path, required=True, help="PDF to write")
    sheets.add_argument("--sheet", choices=sorted(GRIDS), default="a4-65")
    sheets.add_argument("--dpi", type=int, default=300, help="resolution of the printer")
    sheets.set_defaults(run=_print)


def _key(options: argparse.Namespace) -> int:
    path: Path = options.file
    fresh = not path.exists()
    held = KeyFile.new(options.season) if fresh else KeyFile.load(path).with_season(options.season)
    held.save(path)
    for season in held.seasons:
        print(f"kid {season.kid}  season {season.season}")
    return DONE


def _issue(options: argparse.Namespace) -> int:
    held = KeyFile.load(options.keys)
    if not 1 <= options.quantity <= MAX_LABELS:
        raise TraceabilityError(f"One run has 1 to {MAX_LABELS} stamps; make several runs.")
    run = PrintRun(
        issuance=held.next_issuance,
        kid=held.seasons[-1].kid,
        quantity=options.quantity,
        host=base(options.host),
        gtin=gtin14(options.gtin) if options.gtin else None,
        product=options.product,
        lot=options.lot,
        harvested_on=options.harvested,
        simulated=options.simulated,
    )
    # The number is spent first: a lost run leaves a gap, a reused number two lots in one code.
    held.model_copy(update={"next_issuance": held.next_issuance + 1}).save(options.keys)
    options.out.write_text(run.model_dump_json(indent=2) + "\n", encoding="utf-8")
    print(f"issuance {run.issuance}: {run.quantity} stamps for lot {run.lot}")
    return DONE


def _print(options: argparse.Namespace) -> int:
    run = PrintRun.load(options.file)
    keys = KeyFile.load(options.keys).keys()
    if run.kid not in keys:
        raise TraceabilityError(f"The key file has no season with kid {run.kid}.")
    printed = serials(keys[run.kid], run.issuance, range(run.quantity))
    with options.out.open("wb") as file:
        count = write(file, run.label(), printed, Printer(GRIDS[options.sheet], options.dpi))
    print(f"{count} labels in {options.out}")
    return DONE
