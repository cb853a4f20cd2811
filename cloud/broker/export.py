"""The files that a Mosquitto of the operator's own needs, brought up to date where it reads them.

Each is replaced whole or left alone, so that a broker never reads half of one, and whoever watches
them reloads it only for news. Rules come before accounts: nobody is let in ahead of them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cloud.broker import files
from cloud.broker.services import Services

CONFIGURATION: Final = "vuonso.conf"


def write(folder: Path, accounts: Mapping[str, str], services: Services) -> bool:
    """Write what is news; whether anything was. `accounts`: password hashes of devices by id.

    Raises:
        OSError: the folder is not there or cannot be written.
    """
    before = _accounts_in(folder / files.PASSWORDS)
    texts = {
        CONFIGURATION: files.rules_of_conduct(folder.resolve()),
        files.ACCESS: services.rules(),
        files.PASSWORDS: files.passwords({**accounts, **services.hashes(before)}),
    }
    renewed = [_renew(folder / name, text) for name, text in texts.items()]
    return any(renewed)


def _renew(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    files.replace(path, text, keep=True)
    return True


def _accounts_in(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: hashed for name, _, hashed in (line.partition(":") for line in lines)}
