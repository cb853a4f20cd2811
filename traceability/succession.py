"""How one list of keys, runs and recalls follows another: it adds and withdraws, never goes back.

What protects a verifier is what protects the clients of The Update Framework (specification,
section 5): a number that only grows against an older list put in place of a younger one, and a day
of expiry against a younger one that is held back. Beyond that no run is rewritten and no recall
taken back, except with all of a season, when its key is withdrawn.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from traceability.errors import NoteError
from traceability.manifest import Manifest, Recall, Run, SeasonKey


@dataclass(frozen=True)
class News:
    """What a list tells that the one before it did not."""

    issued_on: date
    valid_until: date
    hosts: Collection[str] = ()
    """All that are printed from now on; none: those of the list before."""
    keys: Collection[SeasonKey] = ()
    runs: Collection[Run] = ()
    recalls: Collection[Recall] = ()
    withdrawn: Collection[str] = ()
    """Seasons whose key is not to be believed any more, and their runs with it."""


def first(origin: str, news: News) -> Manifest:
    """The list that follows none.

    Raises:
        NoteError: it contradicts itself.
    """
    empty = Manifest(origin, 1, news.issued_on, news.valid_until)
    return _told(empty, news)


def after(older: Manifest, news: News) -> Manifest:
    """The list that follows another.

    Raises:
        NoteError: it would go back, contradict itself, or withdraw what is not there.
    """
    unknown = set(news.withdrawn) - {key.season for key in older.keys}
    if unknown:
        raise NoteError(f"the list has no season {', '.join(sorted(unknown))} to withdraw")
    fresh = replace(
        older,
        sequence=older.sequence + 1,
        issued_on=news.issued_on,
        valid_until=news.valid_until,
    )
    younger = _told(fresh, news)
    refuse_going_back(older, younger)
    return younger


def refuse_going_back(older: Manifest, younger: Manifest) -> None:
    """Whoever has seen a list asks this of the next one, however many came between.

    Raises:
        NoteError: the next one is older, of somebody else, or takes something back.
    """
    if younger.origin != older.origin:
        raise NoteError(f"this list is of {younger.origin}, the one before it of {older.origin}")
    if younger.sequence <= older.sequence or younger.issued_on < older.issued_on:
        raise NoteError(
            f"list {younger.sequence} of {younger.issued_on} does not follow "
            f"list {older.sequence} of {older.issued_on}"
        )
    _refuse_rewriting(older, younger)


def _refuse_rewriting(older: Manifest, younger: Manifest) -> None:
    seasons = {key.season for key in younger.keys}
    stay = [key for key in older.keys if key.season in seasons]
    if any(key not in younger.keys for key in stay):
        raise NoteError("a season of the list before has another key now")
    kids = {key.kid for key in stay}
    runs = {run.issuance for run in older.runs if run.kid in kids}
    if any(run not in younger.runs for run in older.runs if run.issuance in runs):
        raise NoteError("a run of the list before is missing or told otherwise now")
    if any(recall not in younger.recalls for recall in older.recalls if recall.issuance in runs):
        raise NoteError("a recall of the list before is taken back")


def _told(before: Manifest, news: News) -> Manifest:
    """What is left of the list before, and what is new."""
    stay = [key for key in before.keys if key.season not in news.withdrawn]
    kids = {key.kid for key in stay}
    runs = [run for run in before.runs if run.kid in kids]
    issuances = {run.issuance for run in runs}
    recalls = [recall for recall in before.recalls if recall.issuance in issuances]
    kids |= {key.kid for key in news.keys}
    issuances |= {run.issuance for run in news.runs}
    if any(run.kid not in kids for run in news.runs):
        raise NoteError("a run is of a season that has no key in this list")
    if any(recall.issuance not in issuances for recall in news.recalls):
        raise NoteError("a recall is of a run that is not in this list")
    return replace(
        before,
        hosts=sorted(set(news.hosts or before.hosts)),
        keys=sorted({*stay, *news.keys}),
        runs=sorted({*runs, *news.runs}),
        recalls=sorted({*recalls, *news.recalls}),
    )
