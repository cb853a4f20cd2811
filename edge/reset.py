"""`vuonso edge reset`: a box that changes hands forgets who it was and what it saw.

Wires and bounds stay, for they are the greenhouse's: hardware.toml is not touched.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from edge import alloff, calibration, pin
from edge.alone import alone
from edge.doctor import CONFIG, DATA
from edge.errors import EdgeError, ResetError
from edge.join import DRAFT
from edge.service import STORE
from edge.store import Store

IDENTITY: Final = "identity.json"
WORDS: Final = frozenset({"WIPE", "XOA", "XOÁ"})
_OURS: Final = (IDENTITY, DRAFT, pin.FILE, "cleared.", STORE)
"""Beginnings of names, in the order of forgetting: without its identity it speaks to nobody."""

Ask = Callable[[str], str]
Shut = Callable[[Path], list[str]]


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    reset(args.data, args.config, alloff.shut, say, input, keep_probes=args.keep_calibration)
    say("This box is as new / Hộp máy đã như mới.")
    say("Strike it off on the telephone as well, if nobody did: /htx/noi-may → «Gỡ máy này».")
    say("Then / Rồi: sudo vuonso edge join https://…")
    return 0


def reset(
    data: Path,
    config: Path,
    shut: Shut,
    say: Callable[[str], object],
    ask: Ask,
    *,
    keep_probes: bool = False,
) -> None:
    """Shut everything, ask, and forget; run again after a power cut it goes on.

    Raises:
        BusyError: the agent or a calibration works with this folder.
        ResetError: a valve could not be shut, the person said no, or the card refuses.
    """
    with alone(data):
        failures = shut(config)
        if failures:
            raise ResetError(f"nothing was forgotten, for not everything is shut: {failures[0]}")
        found = list(_found(data, keep_probes=keep_probes))
        if not found:
            raise ResetError(f"there is nothing of ours in {data}")
        _warn(data / STORE, say)
        if ask("Type WIPE to forget all of it / Gõ XOA để xoá hết: ").strip().upper() not in WORDS:
            raise ResetError("nothing was forgotten")
        _forget(data, found)


def _found(data: Path, *, keep_probes: bool) -> Iterator[Path]:
    beginnings = _OURS if keep_probes else (*_OURS, calibration.FILE)
    for beginning in beginnings:
        yield from sorted(data.glob(f"{beginning}*"))


def _warn(store: Path, say: Callable[[str], object]) -> None:
    say("Identity, PIN, readings, faults and all that was learnt will be gone for good.")
    say("Danh tính, mã PIN, số đo, lỗi và mọi điều máy đã học sẽ mất hẳn.")
    unsent = _unsent(store)
    if unsent is None:
        say("Whether the cloud has every row cannot be told: the store cannot be read.")
    elif unsent:
        say(f"{unsent} rows have not reached the cloud / {unsent} dòng chưa gửi về máy chủ.")


def _unsent(store: Path) -> int | None:
    """Rows that only this card has; None where that cannot be told."""
    if not store.exists():
        return 0
    try:
        opened = Store(store)
    except EdgeError:
        return None
    try:
        return opened.last - opened.acked
    finally:
        opened.close()


def _forget(data: Path, found: Sequence[Path]) -> None:
    try:
        for path in (*found, *_found(data, keep_probes=True)):  # opening may have made companions
            path.unlink(missing_ok=True)
        folder = os.open(data, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise ResetError(f"the card refuses ({error}); run it again, with sudo") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso edge reset", description=__doc__)
    add = parser.add_argument
    add("--config", type=Path, default=CONFIG, help=f"hardware.toml (default: {CONFIG})")
    add("--data", type=Path, default=DATA, help=f"store's folder (default: {DATA})")
    add("--keep-calibration", action="store_true", help="the probes stay with the box")
    return parser
