"""`vuonso edge verify`: whether a store is whole and unaltered, also on a copy far from its Pi."""

import argparse
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge import history
from edge.audit import Audit, Ledger
from edge.doctor import DATA
from edge.errors import StoreError
from edge.service import STORE
from wire import codec, identity


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    key = args.public_key or _key_of(args.identity or args.store.with_name("identity.json"))
    audit = examine(args.store, key)
    for sentence in audit.findings:
        say(sentence)
    verdict = f"{len(audit.findings)} findings" if audit.findings else "all whole"
    rows = f"{audit.samples + audit.events} rows, {audit.events} of them events"
    say(f"{rows}, {audit.summaries} signed days: {verdict}.")
    return 1 if audit.findings else 0


def examine(store: Path, key: Ed25519PublicKey) -> Audit:
    """Look at every row, as of one moment; the agent may go on writing meanwhile.

    Raises:
        StoreError: SQLite itself cannot read the file.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(store))}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")
            audit = Audit(_ledger(db), partial(history.rows, db), key)
            audit.run()
            return audit
    except sqlite3.Error as error:
        raise StoreError(f"{store} cannot be read as a store: {error}") from error


def _ledger(db: sqlite3.Connection) -> Ledger:
    meta = {row["key"]: row["value"] for row in db.execute("SELECT key, value FROM meta")}
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return Ledger(
        epoch=meta.get("epoch", ""),
        kept_from=int(meta.get(history.KEPT_FROM, "1")),
        last=int(found[0]) if found else 0,
        chain=meta.get("chain", codec.GENESIS),
    )


def _key_of(path: Path) -> Ed25519PublicKey:
    seed = bytes.fromhex(identity.load(path).ed25519_seed)
    return Ed25519PrivateKey.from_private_bytes(seed).public_key()


def _public_key(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vuonso edge verify",
        description="Checks every row's checksum, the numbers without a gap, the chain of events "
        "and the device's signatures under its days; changes nothing.",
        epilog="Exits with 1 if anything is not as it was written.",
    )
    store = DATA / STORE
    add = parser.add_argument
    add("store", type=Path, nargs="?", default=store, help=f"the store (default: {store})")
    add("--identity", type=Path, help="identity.json (default: beside the store)")
    add("--public-key", type=_public_key, metavar="HEX", help="the device's, instead of identity")
    return parser
