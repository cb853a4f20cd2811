"""``log`` and ``export``: a log as files, whether it is whole and grew, whether proofs hold."""

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from traceability.commands.answers import Answer, add_command, answer_each
from traceability.cosign import Cosigner, Witness, grown, require, seen
from traceability.errors import LogFilesError, NoteError
from traceability.keyfile import KeyFile
from traceability.keys import derive_log_key, derive_witness_key
from traceability.log import Tree, leaf_hash, verify_consistency, verify_inclusion
from traceability.notes import Inclusion, Signer, Verifier, octets_of
from traceability.tiles import CHECKPOINT, read, replace, write_on

VERIFY_EXAMPLES: Final = """
vuonso stamps log verify proof.json
vuonso stamps log verify --key htx.vn/so+1a2b3c4d+AbC… --entry event.json lot.tlog-proof
"""
CHECK_EXAMPLES: Final = """
vuonso stamps log check --key htx.vn/so+1a2b3c4d+AbC… public/log
vuonso stamps log check --key htx.vn/so+1a2b3c4d+AbC… --since last-year.checkpoint public/log
vuonso stamps log check --key htx.vn/so+1a2b3c4d+AbC… --witness dai-hoc.vn/w+9f8e7d6c+BcD… \\
  public/log
"""
WITNESS_EXAMPLES: Final = """
vuonso stamps log witness --key htx.vn/so+1a2b3c4d+AbC… --keys my-keys.json --name dai-hoc.vn/w \\
  --kept htx.checkpoint public/log
"""

EXPORT_EXAMPLES: Final = (
    "vuonso stamps export events.jsonl public/log --keys keys.json --origin txng.vn/so"
)
KEY: Final = "key"
"""Beside the log; who trusts the server no more has it from elsewhere."""
SCRIPT: Final = "verify.js"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("log", help="prove things of the public log")
    verbs = parser.add_subparsers(title="commands", required=True)
    proofs = add_command(verbs, "verify", "tell whether proofs hold", VERIFY_EXAMPLES)
    proofs.add_argument(
        "file",
        nargs="+",
        help="a .tlog-proof, or JSON with leafIdx, treeSize, root, leafHash, proof (inclusion) or "
        "size1, size2, root1, root2, proof (consistency), hashes in base64",
    )
    proofs.add_argument("--entry", type=Path, help="the entry that a .tlog-proof is about")
    _add_key(proofs, required=False)
    proofs.add_argument("--json", action="store_true", help="answer one JSON object a file")
    proofs.set_defaults(run=_verify)

    _add_check(verbs)
    _add_witness(verbs)

    export = add_command(
        commands,
        "export",
        "write a public log as files that any web server serves",
        EXPORT_EXAMPLES,
    )
    export.add_argument("entries", type=Path, help="one entry a line, such as EPCIS events")
    export.add_argument("folder", type=Path, help="where to; a log that is there is continued")
    export.add_argument("--keys", type=Path, required=True, help="key file")
    export.add_argument("--origin", required=True, help="name of the log, e.g. txng.vn/so")
    export.add_argument("--json", action="store_true", help="answer a JSON object")
    export.set_defaults(run=_export)


def _add_check(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = add_command(
        verbs, "check", "read a whole log of files and tell whether it is sound", CHECK_EXAMPLES
    )
    check.add_argument("folder", help="where its file named checkpoint is")
    check.add_argument("--since", type=Path, help="an older checkpoint it must have grown from")
    _add_key(check, required=True)
    check.add_argument(
        "--witness", action="append", default=[], help="who must have looked, as name+id+key"
    )
    check.add_argument("--least", type=int, help="how many of the witnesses; without it: all")
    check.add_argument("--json", action="store_true", help="answer a JSON object")
    check.set_defaults(run=_check)


def _add_witness(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = add_command(
        verbs,
        "witness",
        "check a log of somebody else and cosign its checkpoint, if it grew out of the one kept",
        WITNESS_EXAMPLES,
    )
    parser.add_argument(
        "folder", help="where its file named checkpoint is; the line is added there"
    )
    _add_key(parser, required=True)
    parser.add_argument("--keys", type=Path, required=True, help="key file of the witness")
    parser.add_argument("--name", required=True, help="of the witness, e.g. dai-hoc.vn/w")
    parser.add_argument(
        "--kept",
        type=Path,
        required=True,
        help="file with the checkpoint seen last; made if absent",
    )
    parser.add_argument("--json", action="store_true", help="answer a JSON object")
    parser.set_defaults(run=_witness)


def _add_key(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--key", required=required, help="whose signature counts, as name+id+key")


def _export(options: argparse.Namespace) -> int:
    master = bytes.fromhex(KeyFile.load(options.keys).master)
    signer = Signer(options.origin, derive_log_key(master, options.origin))
    entries = options.entries.read_bytes().splitlines()
    return answer_each(
        [str(options.folder)],
        partial(_exported, entries=entries, signer=signer),
        as_json=options.json,
    )


def _exported(name: str, *, entries: list[bytes], signer: Signer) -> Answer:
    folder = Path(name)
    head = write_on(folder, entries, signer)
    (folder / KEY).write_text(f"{signer.verifier}\n", encoding="utf-8")
    script = files("traceability").joinpath("browser", SCRIPT).read_bytes()
    (folder / SCRIPT).write_bytes(script)
    fields = {"origin": head.origin, "size": head.size, "key": str(signer.verifier)}
    return Answer(fields, f"{head.size} entries in {name}; they are verified by {signer.verifier}")


def _verify(options: argparse.Namespace) -> int:
    judge = partial(_proved, key=options.key, entry=options.entry)
    return answer_each(options.file, judge, as_json=options.json, refusal="does not hold")


def _proved(name: str, *, key: str | None, entry: Path | None) -> Answer:
    octets = Path(name).read_bytes()
    if octets.startswith(b"c2sp.org/"):
        if key is None or entry is None:
            raise NoteError("a .tlog-proof is verified with --key and --entry")
        proof = Inclusion.parse(octets.decode(errors="replace"))
        head = proof.verify(entry.read_bytes(), [Verifier.parse(key)])
        told = {"file": name, "proof": "inclusion", "origin": head.origin, "size": head.size}
        return Answer(told, f"{name}: entry {proof.index} of {head.size} in {head.origin}")
    kind = _plain(octets)
    return Answer({"file": name, "proof": kind}, f"{name}: {kind} holds")


def _plain(octets: bytes) -> str:
    try:
        told = json.loads(octets)
        if isinstance(told, Mapping) and "size1" in told:
            _Consistency.model_validate(told).verify()
            return "consistency"
        _Inclusion.model_validate(told).verify()
    except (ValueError, RecursionError) as error:
        raise NoteError(f"this is no proof: {_first(error)}") from None
    return "inclusion"


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it is not JSON"
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}"


def _octets(value: object) -> bytes:
    if not isinstance(value, str):
        raise NoteError("this is no proof: hashes are written in base64")
    return octets_of(value)


def _list(value: object) -> object:
    return [] if value is None else value


_Hash = Annotated[bytes, BeforeValidator(_octets)]
_Path = Annotated[list[_Hash], BeforeValidator(_list)]
_Count = Annotated[int, Field(ge=0, strict=True)]


class _Proof(BaseModel):
    """Notes beside the proof, such as what it is an example of, are not read."""

    model_config = ConfigDict(extra="ignore")

    proof: _Path


class _Inclusion(_Proof):
    index: _Count = Field(alias="leafIdx")
    size: _Count = Field(alias="treeSize")
    leaf: _Hash = Field(alias="leafHash")
    root: _Hash

    def verify(self) -> None:
        verify_inclusion(self.index, self.size, self.leaf, self.proof, self.root)


class _Consistency(_Proof):
    size1: _Count
    size2: _Count
    root1: _Hash
    root2: _Hash

    def verify(self) -> None:
        verify_consistency(self.size1, self.size2, self.proof, self.root1, self.root2)


def _check(options: argparse.Namespace) -> int:
    judge = partial(
        _sound,
        key=options.key,
        since=options.since,
        witnesses=options.witness,
        least=len(options.witness) if options.least is None else options.least,
    )
    return answer_each([options.folder], judge, as_json=options.json)


def _sound(name: str, *, key: str, since: Path | None, witnesses: list[str], least: int) -> Answer:
    folder, log = Path(name), Verifier.parse(key)
    head, entries = read(folder, [log])
    fields: dict[str, object] = {
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
    }
    words = f"{head.origin}: {head.size} entries, whole"
    if since is not None:
        older = grown(Tree(map(leaf_hash, entries)), _text(since), log)
        words, fields["since"] = f"{words}, grown out of {older.size}", older.size
    looked = require(_text(folder / CHECKPOINT), [Witness.parse(one) for one in witnesses], least)
    if witnesses:
        fields["witnesses"] = {one.name: at for one, at in looked.items()}
    names = "".join(f"\nseen by {one.name} at {_when(at)}" for one, at in looked.items())
    return Answer(fields, f"{words}{names}\nroot {head.root.hex()}")


def _witness(options: argparse.Namespace) -> int:
    master = bytes.fromhex(KeyFile.load(options.keys).master)
    cosigner = Cosigner(options.name, derive_witness_key(master, options.name))
    judge = partial(
        _looked_at, log=Verifier.parse(options.key), cosigner=cosigner, kept=options.kept
    )
    return answer_each([options.folder], judge, as_json=options.json)


def _looked_at(name: str, *, log: Verifier, cosigner: Cosigner, kept: Path) -> Answer:
    """Keeps what was seen before it vouches for it: after a crash it may only say less."""
    folder = Path(name)
    head, entries = read(folder, [log])
    note = _text(folder / CHECKPOINT)
    if kept.exists():
        grown(Tree(map(leaf_hash, entries)), _text(kept), log)
    replace(kept, note)
    if cosigner.witness not in seen(note, [cosigner.witness]):
        at = int(datetime.now(UTC).timestamp())  # noqa: TID251 — of the look, for people; orders nothing
        replace(folder / CHECKPOINT, cosigner.cosign(note, at))
    fields = {"origin": head.origin, "size": head.size, "key": str(cosigner.witness)}
    return Answer(
        fields, f"{head.origin}: {head.size} entries, seen; vouched for by {cosigner.witness}"
    )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError as error:
        raise LogFilesError(f"{path} cannot be read: {error.strerror}") from error


def _when(at: int) -> str:
    """Of whoever signed: a year that no calendar has is told as it is."""
    try:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return str(at)
