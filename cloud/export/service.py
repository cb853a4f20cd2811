"""Writing the public record out; the same record on the same day is the same files.

A file that is as it should be is not touched, so that a copy of the folder moves only what is
new. A log that did not grow out of the one that lies there is refused before anything is written.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Final

from sqlmodel import Session

from cloud.export import facts
from cloud.export.facts import LotFacts
from cloud.i18n import LANGUAGES, VIETNAMESE
from cloud.settings import Settings
from cloud.transparency import service as log
from cloud.transparency import words
from cloud.transparency.service import Head, Trees
from cloud.web import SHARED, STATIC, Pages, shipped
from traceability.tiles import write_on

FORMAT: Final = "vuonso-record/1"
LOG: Final = "log"
_SHEET: Final = "app.css"
_CHECKER: Final = "check_record.py"
_SCRIPT: Final = "verify.js"


@dataclass(frozen=True)
class Written:
    """What a record holds, and how many of its files were new or different."""

    key: str
    lines: int
    lots: int
    files: int


class _Folder:
    """Writes a file whole or not at all, and only where it is another one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.written = 0

    def put(self, name: str, octets: bytes) -> None:
        path = self._root / name
        if path.is_file() and path.read_bytes() == octets:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(octets)
        fresh.replace(path)
        self.written += 1


def write(session: Session, settings: Settings, root: Path) -> Written:
    """All of the record into a folder.

    Raises:
        LogFilesError, NoteError: another log, or another past of it, lies there.
    """
    trees = Trees()
    head = log.head(session, trees, settings)
    octets = [one.octets for one in log.since(session, 0)[: head.checkpoint.size]]
    write_on(root / LOG, octets, head.signer)
    folder, pages, count = _Folder(root), shipped(), 0
    for name, content in _fixed(head):
        folder.put(name, content)
    shelf: list[list[LotFacts]] = []
    for gtin, some in groupby(facts.lots(session), key=lambda one: one.lot.gtin):
        found = list(some)
        shelf.append(found)
        count += len(found)
        _product(folder, pages, gtin, found)
        for one in found:
            _lot(folder, pages, one, _told(session, trees, head, one))
    folder.put("record.json", _listed(shelf))
    _every_language(folder, pages, "", "export/index.html", head=head, shelf=shelf)
    return Written(head.key, head.checkpoint.size, count, folder.written)


def _fixed(head: Head) -> Iterator[tuple[str, bytes]]:
    yield f"{LOG}/key", f"{head.key}\n".encode()
    yield _SHEET, (STATIC / _SHEET).read_bytes()
    yield _SCRIPT, (SHARED / _SCRIPT).read_bytes()
    yield _CHECKER, files("traceability").joinpath("independent", _CHECKER).read_bytes()


def _product(folder: _Folder, pages: Pages, gtin: str, lots: Sequence[LotFacts]) -> None:
    _every_language(folder, pages, f"01/{gtin}/", "export/product.html", gtin=gtin, lots=lots)


def _lot(folder: _Folder, pages: Pages, one: LotFacts, told: bytes) -> None:
    place = _place(one)
    folder.put(f"{place}lot.json", told)
    _every_language(folder, pages, place, "export/lot.html", facts=one, lot=one.lot)


def _place(one: LotFacts) -> str:
    return f"01/{one.lot.gtin}/10/{one.lot.code}/"


def _listed(shelf: Sequence[Sequence[LotFacts]]) -> bytes:
    """Where the lots are, for whoever reads the record over the web."""
    lots = [f"{_place(one)}lot.json" for some in shelf for one in some]
    return (json.dumps({"format": FORMAT, "lots": lots}, indent=1) + "\n").encode()


def _told(session: Session, trees: Trees, head: Head, one: LotFacts) -> bytes:
    """A lot for programs, each line of the log with the proof that it stands there."""
    lines = [
        {
            "number": line.number,
            "entry": line.text,
            "proof": str(log.proof(session, trees, head, line.number)),
        }
        for line in one.lines
        if line.number < head.checkpoint.size
    ]
    told = {"format": FORMAT, **one.as_json(), "log": lines}
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _every_language(
    folder: _Folder, pages: Pages, place: str, template: str, **context: object
) -> None:
    for language in LANGUAGES:
        name = "index.html" if language == VIETNAMESE else f"{language}.html"
        text = pages.text(
            language,
            template,
            language=language,
            up="../" * place.count("/"),
            own=name,
            shown=lambda line, language=language: words.shown(line, language),
            **context,
        )
        folder.put(place + name, text.encode())
