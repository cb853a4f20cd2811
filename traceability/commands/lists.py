"""``seal`` and ``manifest``: stamps that verify without a network, and the list that does it."""

import argparse
import json
import re
from datetime import date
from pathlib import Path
from typing import Final

from traceability import sealed, succession
from traceability.commands.answers import DONE, add_command
from traceability.errors import KeyFileError, NoteError
from traceability.keyfile import KeyFile, PrintRun
from traceability.keys import derive_list_key
from traceability.manifest import Manifest, Recall, Run, SeasonKey
from traceability.notes import Signer, Verifier
from traceability.payload import base
from traceability.sealed import sealed_link
from traceability.token import FIELD_LIMIT

SEAL_EXAMPLES: Final = "vuonso stamps seal run.json --keys keys.json --out cartons.txt"
MANIFEST_EXAMPLES: Final = """
vuonso stamps manifest list.note --keys keys.json --origin htx.vn/tem --issued-on 2026-11-29 \\
  --valid-until 2027-06-30 --host https://txng.vn --run run.json
vuonso stamps manifest list.note --keys keys.json --origin htx.vn/tem --issued-on 2026-12-02 \\
  --valid-until 2027-06-30 --recall 1:100-199 'thuốc còn trong thời gian cách ly'
"""
_STAMPS: Final = re.compile(r"([0-9]{1,8})(?::([0-9]{1,8})-([0-9]{1,8}))?")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    seal = add_command(
        commands,
        "seal",
        "write the links of a run's sealed stamps, which verify without a network",
        SEAL_EXAMPLES,
    )
    seal.add_argument("file", type=Path, help="print run file")
    seal.add_argument("--keys", type=Path, required=True, help="key file")
    seal.add_argument("--out", type=Path, required=True, help="file to write, one link a line")
    seal.add_argument("--json", action="store_true", help="answer a JSON object")
    seal.set_defaults(run=_seal)
    _add_manifest(commands)


def _add_manifest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listing = add_command(
        commands,
        "manifest",
        "sign the list of keys, runs and recalls that verifies sealed stamps, or the one after it",
        MANIFEST_EXAMPLES,
    )
    add = listing.add_argument
    add("file", type=Path, help="the list; where there is one, the next one takes its place")
    add("--keys", type=Path, required=True, help="key file; all its seasons are listed")
    add("--origin", required=True, help="name of the list, e.g. htx.vn/tem")
    add("--issued-on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    add(
        "--valid-until",
        type=date.fromisoformat,
        required=True,
        metavar="YYYY-MM-DD",
        help="last day on which nobody needs to ask for a younger list",
    )
    add("--host", action="append", default=[], help="host of our stamps; once for each")
    add("--run", dest="runs", type=Path, action="append", default=[], help="print run file to add")
    add(
        "--recall",
        nargs=2,
        action="append",
        default=[],
        metavar=("RUN[:FIRST-LAST]", "REASON"),
        help="stamps of a run, from 0 as verify tells them, that no longer stand for good goods",
    )
    add(
        "--withdraw",
        action="append",
        default=[],
        metavar="SEASON",
        help="believe no stamp of this season any more",
    )
    add("--cosign", type=Path, help="older key file, for those who know only its key")
    add("--key", help="whose signature of the list before counts, where it is not ours")
    add("--json", action="store_true", help="answer a JSON object")
    listing.set_defaults(run=_manifest)


def _seal(options: argparse.Namespace) -> int:
    run = PrintRun.load(options.file)
    held = KeyFile.load(options.keys)
    signer = held.sealing_key(run.kid)
    with options.out.open("w", encoding="ascii") as file:
        for digits in run.seals(range(run.quantity), signer):
            file.write(sealed_link(run.host, digits) + "\n")
    if options.json:
        print(json.dumps({"file": str(options.out), "stamps": run.quantity}))
    else:
        print(f"{run.quantity} sealed stamps in {options.out}")
    return DONE


def _manifest(options: argparse.Namespace) -> int:
    held = KeyFile.load(options.keys)
    signer = _signer(held, options.origin)
    news = _news(options, held)
    path: Path = options.file
    if path.exists():
        known = Verifier.parse(options.key) if options.key else signer.verifier
        found = succession.after(Manifest.read(path.read_text(encoding="utf-8"), [known]), news)
    else:
        found = succession.first(options.origin, news)
    if found.origin != signer.name:
        raise NoteError(f"the list is of {found.origin}, not of {signer.name}")
    signers = [signer]
    if options.cosign:
        signers.append(_signer(KeyFile.load(options.cosign), options.origin))
    fresh = path.with_name(f".{path.name}.new")  # whoever reads meanwhile reads a whole list
    fresh.write_text(found.signed(signers), encoding="utf-8")
    fresh.replace(path)
    path.with_suffix(".key").write_text(f"{signer.verifier}\n", encoding="utf-8")
    _tell(found, signer.verifier, as_json=options.json)
    return DONE


def _tell(found: Manifest, by: Verifier, *, as_json: bool) -> None:
    counts = {
        "keys": len(found.keys),
        "runs": len(found.runs),
        "recalls": len(found.recalls),
    }
    if as_json:
        told = {"origin": found.origin, "sequence": found.sequence, **counts, "key": str(by)}
        print(json.dumps(told, ensure_ascii=False))
        return
    held = ", ".join(f"{name} {count}" for name, count in counts.items())
    print(f"list {found.sequence} of {found.origin}, until {found.valid_until}: {held}")
    print(f"it is verified by {by}")


def _signer(held: KeyFile, origin: str) -> Signer:
    return Signer(origin, derive_list_key(bytes.fromhex(held.master), origin))


def _news(options: argparse.Namespace, held: KeyFile) -> succession.News:
    for season in options.withdraw:
        if any(one.season == season for one in held.seasons):
            raise KeyFileError(f"Season {season} is still in the key file: --retire it there.")
    return succession.News(
        issued_on=options.issued_on,
        valid_until=options.valid_until,
        hosts=[base(host) for host in options.host],
        keys=[_key(held, one.season, one.kid) for one in held.seasons],
        runs=[_run(path) for path in options.runs],
        recalls=[_recall(stamps, reason) for stamps, reason in options.recall],
        withdrawn=options.withdraw,
    )


def _key(held: KeyFile, season: str, kid: int) -> SeasonKey:
    key = sealed.derive(bytes.fromhex(held.master), season)
    return SeasonKey(kid, season, key.public_key().public_bytes_raw())


def _run(path: Path) -> Run:
    run = PrintRun.load(path)
    if run.simulated:
        raise NoteError(f"{path} is a trial run: its stamps say MẪU and are of no goods")
    return Run(run.issuance, run.kid, run.quantity, run.product)


def _recall(stamps: str, reason: str) -> Recall:
    shape = _STAMPS.fullmatch(stamps)
    if shape is None:
        raise NoteError(f"{stamps} names no stamps: write RUN or RUN:FIRST-LAST, as 1:100-199")
    issuance, first, last = shape.groups()
    return Recall(int(issuance), int(first or 0), int(last or FIELD_LIMIT - 1), reason)
