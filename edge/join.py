"""`vuonso edge join`: takes this box into a cooperative, with a telephone beside it."""

import argparse
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from edge import belonging
from edge.config import Hardware
from edge.config_file import load
from edge.doctor import CONFIG, DATA
from edge.errors import JoinError
from edge.service import STORE
from wire import identity
from wire.identity import Identity
from wire.joining import (
    CONFIRM,
    PATH,
    Confirmation,
    Joined,
    JoiningZone,
    Registered,
    Registration,
)

Post = Callable[[str, bytes], tuple[int, bytes]]
"""Sends JSON to a path of the cloud; status and body of the answer."""

DRAFT: Final = "joining.json"
"""Who this box will be; kept until it is, so that a power cut changes no code."""

_TIMEOUT_S: Final = 20.0
_HERE: Final = {"127.0.0.1", "localhost", "::1"}
_NOWHERE: Final = "mqtts://not-joined.invalid"
_ANY: Final = "0000"  # who is in shows the code alone
_MAX_ANSWER: Final = 65_536


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    who = args.identity or args.data / "identity.json"
    if who.exists() and not args.anew:
        raise JoinError(f"{who} says that this box has joined already; --anew makes it a new one")
    if who.exists():
        belonging.remember(args.data / STORE, identity.load(who).device)
    joined = join(load(args.config), Door(args.cloud, https(args.cloud)), who, say, input)
    say(f"This box waters {joined.greenhouse!r} now. Start it: sudo deploy/install.sh install")
    return 0


class Door:
    """The cloud's address, and a way to speak to it."""

    def __init__(self, address: str, post: Post) -> None:
        self.address = address.rstrip("/")
        self._post = post

    def ask(self, path: str, body: BaseModel) -> bytes:
        """The body of the answer.

        Raises:
            RefusedError: the cloud says no, in its own words.
            JoinError: it does not answer, or in no words of ours.
        """
        status, answer = self._post(path, body.model_dump_json().encode())
        if status < 300:  # noqa: PLR2004 - HTTP: the end of all that is well
            return answer
        try:
            refusal = json.loads(answer)["error"]
            raise RefusedError(str(refusal["code"]), str(refusal["sentence"]))
        except (ValueError, KeyError, TypeError):
            raise JoinError(f"{self.address} answers {status}: is this Vườn Số?") from None


class RefusedError(JoinError):
    """What the cloud refuses; `reason` is its machine code."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def join(
    hardware: Hardware,
    door: Door,
    who: Path,
    say: Callable[[str], object],
    ask: Callable[[str], str],
) -> Joined:
    """Register, show the code, ask for the digits until they are right, and write the identity.

    Raises:
        JoinError: the cloud cannot be reached, or refuses.
    """
    draft = who.with_name(DRAFT)
    fresh = identity.load(draft) if draft.exists() else _new(draft)
    code = identity.code_of(fresh)
    told = door.ask(PATH, _registration(fresh, code, hardware))
    if Registered.model_validate_json(told).waits_s == 0:  # it is in; only the answer was lost
        return _settle(door, fresh, code, who)
    groups = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    say(f"On the telephone / Trên điện thoại: {door.address}/htx/noi-may")
    say(f"Code / Mã:  {groups}")
    # behind the hash no server and no log ever sees it
    say(f"As a link / Liên kết có sẵn mã: {door.address}/htx/noi-may#{code}")
    _confirmed(door, fresh, code, say, ask)
    return _settle(door, fresh, code, who)


def https(address: str) -> Post:
    """Encrypted, with the system's authorities; in clear only to this very machine.

    Raises:
        JoinError: the address would send secrets in clear.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise JoinError(f"{address}: secrets travel encrypted only; write https://HOST")
    context = ssl.create_default_context() if parts.scheme == "https" else None

    # the cloud asks every writer for its origin, and another site's page cannot forge it
    headers = {"Content-Type": "application/json", "Origin": f"{parts.scheme}://{parts.netloc}"}

    def post(path: str, body: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at above
            address.rstrip("/") + path, body, headers
        )
        try:
            with urllib.request.urlopen(request, None, _TIMEOUT_S, context=context) as answer:  # noqa: S310 - as above
                return answer.status, answer.read(_MAX_ANSWER)
        except urllib.error.HTTPError as error:
            return error.code, error.read(_MAX_ANSWER)
        except OSError as error:
            raise JoinError(f"{address} does not answer: {error}") from None

    return post


def _new(draft: Path) -> Identity:
    made = identity.new_identity((_NOWHERE,), simulated=False)
    try:
        identity.save(made, draft)
    except OSError as error:
        raise JoinError(f"cannot write {draft} ({error}): run with sudo") from None
    return made


def _registration(fresh: Identity, code: str, hardware: Hardware) -> Registration:
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(fresh.ed25519_seed))
    return Registration(
        device=fresh.device,
        secret=fresh.secret,
        command_key=fresh.command_key,
        public_key=signer.public_key().public_bytes_raw().hex(),
        code=code,
        zones=[JoiningZone(key=zone.key, name=zone.name or "") for zone in hardware.zones],
    )


def _confirmed(
    door: Door,
    fresh: Identity,
    code: str,
    say: Callable[[str], object],
    ask: Callable[[str], str],
) -> None:
    """Wrong digits are asked for again; so is whoever was too quick for the telephone."""
    while True:
        digits = ask("4 digits on the telephone / 4 số trên điện thoại: ").strip()
        try:
            door.ask(CONFIRM, Confirmation(device=fresh.device, code=code, digits=digits))
        except ValidationError:
            say("Four digits / Bốn số.")
        except RefusedError as refusal:
            if refusal.reason not in {"wrong_digits", "not_asked_for"}:
                raise
            say(str(refusal))
        else:
            return


def _settle(door: Door, fresh: Identity, code: str, who: Path) -> Joined:
    """Ask where this device, which is in, belongs, and write that down."""
    body = Confirmation(device=fresh.device, code=code, digits=_ANY)
    try:
        joined = Joined.model_validate_json(door.ask(CONFIRM, body))
        whole = fresh.model_dump() | {"brokers": tuple(joined.brokers), "ca": joined.ca}
        identity.save(Identity.model_validate(whole), who)
    except ValidationError:
        raise JoinError("the cloud names no broker; ask who runs it") from None
    who.with_name(DRAFT).unlink()
    return joined


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso edge join", description=__doc__)
    add = parser.add_argument
    add("cloud", metavar="URL", help="address of the cloud, https://…")
    add("--config", type=Path, default=CONFIG, help=f"hardware.toml (default: {CONFIG})")
    add("--identity", type=Path, help="identity.json (default: in the data folder)")
    add("--data", type=Path, default=DATA, help=f"store's folder (default: {DATA})")
    add("--anew", action="store_true", help="a new identity for a box that has one")
    return parser
