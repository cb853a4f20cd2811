"""What the agent last wrote down against watering a zone, for a program that opens a valve for it.

Only reads.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from edge.config import Hardware
from edge.errors import StoreError
from edge.standby import META_HOLD, META_LOCKOUT
from wire.codes import Reason


def barring(store: Path, hardware: Hardware, zone: str) -> Reason | None:
    """Emergency stop, STOP or fault, the hardest first; none where no agent ever ran.

    Raises:
        StoreError: it cannot be read, so nobody knows what was stopped.
    """
    if not store.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
            meta = dict(db.execute("SELECT key, value FROM meta"))
            found = db.execute("SELECT fault FROM zone WHERE zone = ?", (zone,)).fetchone()
    except sqlite3.Error as error:
        raise StoreError(
            f"{store} cannot be read ({error}); nobody knows what was stopped: "
            "start the agent once"
        ) from error
    if meta.get(META_LOCKOUT) == "1" and hardware.emergency_stop is not None:
        return Reason.LOCKOUT
    if meta.get(META_HOLD) == "1":
        return Reason.HOLD
    return Reason.FAULT if found is not None and found[0] else None
