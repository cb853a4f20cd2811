"""``vuonso stamps``: issue, print and verify stamps from files, without a cloud."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from traceability.errors import SerialError, TraceabilityError
from traceability.gs1 import gtin14
from traceability.keyfile import KeyFile, PrintRun
from traceability.labels import GRIDS, Printer
from traceability.payload import base
from traceability.sheet import MAX_LABELS, write
from traceability.token import read, serials


def main(argv: Sequence[str]) -> int:
    options = _parser().parse_args(argv)
    try:
        options.run(options)
    except SerialError as error:
        print(f"not genuine: {error}", file=sys.stderr)
        return 1
    except (TraceabilityError, OSError) as error:
        print(f"vuonso stamps: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso stamps", description=__doc__)
    commands = parser.add_subparsers(title="commands", required=True)

    key = commands.add_parser("key", help="make a key file, or add a season to it")
    key.add_argument("file", type=Path)
    key.add_argument("--season", required=True, help="name of the season, e.g. 2026-2")
    key.set_defaults(run=_key)

    issue = commands.add_parser("issue", help="reserve serials for a lot and write its print run")
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

    sheets = commands.add_parser("print", help="write the label sheets of a print run as PDF")
    sheets.add_argument("file", type=Path, help="print run file")
    sheets.add_argument("--keys", type=Path, required=True, help="key file")
    sheets.add_argument("--out", type=Path, required=True, help="PDF to write")
    sheets.add_argument("--sheet", choices=sorted(GRIDS), default="a4-65")
    sheets.add_argument("--dpi", type=int, default=300, help="resolution of the printer")
    sheets.set_defaults(run=_print)

    verify = commands.add_parser("verify", help="tell whether one of our keys made a serial")
    verify.add_argument("serial", help="serial as printed or typed, or the whole link")
    verify.add_argument("--keys", type=Path, required=True, help="key file")
    verify.set_defaults(run=_verify)
    return parser


def _key(options: argparse.Namespace) -> None:
    path: Path = options.file
    fresh = not path.exists()
    held = KeyFile.new(options.season) if fresh else KeyFile.load(path).with_season(options.season)
    held.save(path)
    for season in held.seasons:
        print(f"kid {season.kid}  season {season.season}")


def _issue(options: argparse.Namespace) -> None:
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


def _print(options: argparse.Namespace) -> None:
    run = PrintRun.load(options.file)
    keys = KeyFile.load(options.keys).keys()
    if run.kid not in keys:
        raise TraceabilityError(f"The key file has no season with kid {run.kid}.")
    printed = serials(keys[run.kid], run.issuance, range(run.quantity))
    with options.out.open("wb") as file:
        count = write(file, run.label(), printed, Printer(GRIDS[options.sheet], options.dpi))
    print(f"{count} labels in {options.out}")


def _verify(options: argparse.Namespace) -> None:
    serial = options.serial.rstrip("/").rpartition("/")[2]
    stamp = read(serial, KeyFile.load(options.keys).keys())
    print(f"genuine: kid {stamp.kid}, issuance {stamp.issuance}, index {stamp.index}")
