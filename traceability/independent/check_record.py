"""Check an exported public record without any of the software that wrote it.

    python3 check_record.py PLACE --key NAME+ID+KEY [--since OLDER_CHECKPOINT]

PLACE is a folder, or the http(s) address where one is served. Needs Python 3.11 and the package
`cryptography`. Reads `log/checkpoint`, the tiles of c2sp.org/tlog-tiles beside it and every lot
that `record.json` names, and tells whether the checkpoint is signed by
the key, whether all lines are those it stands for, whether the log grew out of the older
checkpoint, whether every lot's proofs hold, and whether no print run was issued twice or has more
stamps on goods than were printed. Ends with 0 where all of it is so, and 1 with a sentence where
something is not.
"""

import argparse
import base64
import hashlib
import json
import struct
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
GROUP = 1000
ED25519 = b"\x01"
DASH = "\N{EM DASH} "
EMPTY = hashlib.sha256().digest()
PATIENCE_S = 30.0

Read = Callable[[str], bytes]


class WrongError(Exception):
    """Something is not as it is claimed."""


def reader(place: str) -> Read:
    """Reads files of the record by name, from a folder or a web server."""
    if not place.startswith(("http://", "https://")):
        return lambda name: (Path(place) / name).read_bytes()

    def fetched(name: str) -> bytes:
        address = f"{place.rstrip('/')}/{name}"
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:  # noqa: S310  # http(s), see above
            octets: bytes = answer.read()
        return octets

    return fetched


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All complete subtrees, by height."""
    found = [list(leaves)]
    while len(found[-1]) > 1:
        below = found[-1]
        found.append([node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return found


def root(tree: Sequence[Sequence[bytes]], size: int) -> bytes:
    """RFC 6962: the complete subtrees of the first `size` leaves, folded from the right."""
    parts: list[bytes] = []
    at = 0
    for height in range(len(tree) - 1, -1, -1):
        if size >> height & 1:
            parts.append(tree[height][at >> height])
            at += 1 << height
    if not parts:
        return EMPTY
    found = parts.pop()
    while parts:
        found = node(parts.pop(), found)
    return found


def signed(note: str, key: str) -> tuple[str, int, bytes]:
    """Name, size and root of a checkpoint that the key signed."""
    name, identity, packed = key.strip().split("+", 2)
    octets = base64.b64decode(packed, validate=True)
    made = hashlib.sha256(name.encode() + b"\n" + octets).digest()[:4]
    if octets[:1] != ED25519 or made.hex() != identity:
        raise WrongError("the key is not one of Ed25519 with this name and id")
    text, _blank, lines = note.rpartition("\n\n")
    text += "\n"
    for line in lines.splitlines():
        who, _space, sealed = line.removeprefix(DASH).partition(" ")
        signature = base64.b64decode(sealed, validate=True)
        if (who, signature[:4]) == (name, made):
            Ed25519PublicKey.from_public_bytes(octets[1:]).verify(signature[4:], text.encode())
            origin, size, packed_root, *_rest = text.split("\n")
            return origin, int(size), base64.b64decode(packed_root, validate=True)
    raise WrongError(f"{name} did not sign this checkpoint")


def tile_name(kind: str, number: int, width: int) -> str:
    groups = [f"{number % GROUP:03}"]
    while number >= GROUP:
        number //= GROUP
        groups.insert(0, f"x{number % GROUP:03}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{kind}/{'/'.join(groups)}{partial}"


def tiles(count: int) -> Iterator[tuple[int, int]]:
    for number in range(-(-count // WIDTH)):
        yield number, min(WIDTH, count - number * WIDTH)


def entries(read: Read, size: int) -> list[bytes]:
    found: list[bytes] = []
    for number, width in tiles(size):
        name = f"log/{tile_name('entries', number, width)}"
        octets, at = read(name), 0
        for _entry in range(width):
            (length,) = struct.unpack_from(">H", octets, at)
            found.append(octets[at + 2 : at + 2 + length])
            at += 2 + length
        if at != len(octets):
            raise WrongError(f"{name} is damaged")
    return found


def check_hashes(read: Read, tree: Sequence[Sequence[bytes]]) -> None:
    for level in range(0, len(tree), 8):
        for number, width in tiles(len(tree[level])):
            name = f"log/{tile_name(str(level // 8), number, width)}"
            wanted = b"".join(tree[level][number * WIDTH : number * WIDTH + width])
            if read(name) != wanted:
                raise WrongError(f"{name} does not fit the entries")


def included(index: int, size: int, entry: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a proof leads to, by RFC 9162 §2.1.3.2."""
    place, last, found = index, size - 1, leaf(entry)
    for sibling in path:
        if last == 0:
            raise WrongError("a proof is too long")
        if place & 1 or place == last:
            found = node(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise WrongError("a proof is too short")
    return found


def check_lots(read: Read, lines: Sequence[bytes], key: str) -> int:
    """How many proofs of lots hold; the first that does not ends it."""
    count = 0
    for name in json.loads(read("record.json"))["lots"]:
        for told in json.loads(read(name))["log"]:
            number, entry, proof = told["number"], told["entry"].encode(), told["proof"]
            head, _blank, note = proof.partition("\n\n")
            first, index, *hashes = head.split("\n")
            _origin, size, wanted = signed(note, key)
            path = [base64.b64decode(one, validate=True) for one in hashes]
            if first != "c2sp.org/tlog-proof@v1" or index != f"index {number}":
                raise WrongError(f"{name}: line {number} has no proof")
            if lines[number] != entry or included(number, size, entry, path) != wanted:
                raise WrongError(f"{name}: line {number} is not in the log")
            count += 1
    return count


def check_sense(lines: Sequence[bytes]) -> int:
    """How many stamps were issued; no run twice, and of none more than were printed."""
    printed: dict[int, int] = {}
    for number, line in enumerate(lines):
        told: dict[str, Any] = json.loads(line)
        run = told.get("run")
        if told["type"] == "run":
            if run in printed:
                raise WrongError(f"line {number}: run {run} was issued before")
            printed[told["run"]] = told["quantity"]
        elif run is not None:
            upto = told["first"] if told["type"] == "activated" else told["to"] + 1
            if upto > printed.get(run, 0):
                raise WrongError(f"line {number}: run {run} has no stamp {upto}")
    return sum(printed.values())


def check(read: Read, key: str, since: Path | None) -> Iterator[str]:
    origin, size, wanted = signed(read("log/checkpoint").decode(), key)
    yield f"{origin}: the checkpoint of {size} lines is signed"
    lines = entries(read, size)
    tree = levels([leaf(one) for one in lines])
    if root(tree, size) != wanted:
        raise WrongError("the lines are not those of the checkpoint: something was changed")
    check_hashes(read, tree)
    yield f"all {size} lines are those it stands for, root {wanted.hex()}"
    if since is not None:
        _origin, older, old_root = signed(since.read_text("utf-8"), key)
        if older > size or root(tree, older) != old_root:
            raise WrongError(f"the log did not grow out of its {older} lines: it was changed")
        yield f"it grew out of the older one of {older} lines"
    yield f"{check_lots(read, lines, key)} proofs of lots hold"
    yield f"{check_sense(lines)} stamps were issued, no run twice"


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an exported public record.")
    parser.add_argument("place", help="folder or address where index.html and the folder log are")
    parser.add_argument("--key", help="whose signature counts; without it the record's own key")
    parser.add_argument("--since", type=Path, help="a checkpoint that was kept before")
    options = parser.parse_args()
    read = reader(options.place)
    try:
        key = options.key or read("log/key").decode()
        for sentence in check(read, key, options.since):
            print(sentence)
    except InvalidSignature:
        print("wrong: a signature does not fit")
    except WrongError as error:
        print(f"wrong: {error}")
    except (OSError, ValueError, KeyError, IndexError, TypeError, struct.error) as error:
        print(f"wrong: something cannot be read: {error!r}")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
