"""What reading and proving cost: serials, links, events, the log's leaves and proofs, one core.

Run `python -m bench.trace`. Each figure is of CPU time; beside it stands SHA-256 over as many
octets where hashing is the limit, else reading the text alone.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bench.epcis import AT, FACTS, read_and_hash
from bench.stamps import key
from traceability import token
from traceability.digital_link import parse
from traceability.epcis.farm import document
from traceability.keys import SeasonKey
from traceability.log import Tree, leaf_hash, verify_inclusion

SECONDS: Final = 2.0
LEAVES: Final = 100_000
EVENTS: Final = 100
SERIALS: Final = 50_000
MICRO: Final = 1_000_000


@dataclass(frozen=True)
class Figures:
    """All that the bench knows; `…_us` are microseconds of CPU, `…_per_s` times a second."""

    serial_us: float
    issue_us: float
    million_s: float
    link_us: float
    split_us: float
    event_per_s: float
    json_per_s: float
    leaf_per_s: float
    sha256_per_s: float
    verify_per_s: float


def per_second(work: Callable[[], object], seconds: float) -> float:
    start, done = time.process_time(), 0
    while time.process_time() - start < seconds:
        work()
        done += 1
    return done / (time.process_time() - start)


def serials(season: SeasonKey) -> int:
    return sum(1 for _ in token.serials(season, 7, range(SERIALS)))


def measure(seconds: float, leaves: int) -> Figures:
    season = key()
    serial, ring = token.issue(season, 7, 42), {season.kid: season}
    link = f"https://TXNG.VN/01/08935000000007/10/20261123-Z1-01/21/{serial}?17=261130"
    events = document([FACTS["a day measured"]] * EVENTS, AT)
    text = events.model_dump_json(by_alias=True, exclude_unset=True)
    hashed = [leaf_hash(number.to_bytes(8)) for number in range(leaves)]
    start = time.process_time()
    tree = Tree(hashed)
    leaf_per_s = leaves / (time.process_time() - start)
    root, proof = tree.root(), tree.inclusion(leaves // 3)
    pair = hashed[0] + hashed[1]
    return Figures(
        serial_us=MICRO / per_second(lambda: token.read(serial, ring), seconds),
        issue_us=MICRO / per_second(lambda: token.issue(season, 7, 42), seconds),
        million_s=MICRO / SERIALS / per_second(lambda: serials(season), seconds),
        link_us=MICRO / per_second(lambda: parse(link), seconds),
        split_us=MICRO / per_second(lambda: urlsplit(link), seconds),
        event_per_s=EVENTS * per_second(lambda: read_and_hash(text), seconds),
        json_per_s=EVENTS * per_second(lambda: json.loads(text), seconds),
        leaf_per_s=leaf_per_s,
        sha256_per_s=per_second(lambda: hashlib.sha256(pair).digest(), seconds),
        verify_per_s=per_second(
            lambda: verify_inclusion(leaves // 3, leaves, hashed[leaves // 3], proof, root),
            seconds,
        ),
    )


def table(figures: Figures) -> Iterator[str]:
    yield f"a serial checked           {figures.serial_us:12.1f} µs"
    alone = f"one alone {figures.issue_us:.1f} µs"
    yield f"a million serials made     {figures.million_s:12.2f} s    {alone}"
    split = f"split alone {figures.split_us:.1f} µs"
    yield f"a Digital Link parsed      {figures.link_us:12.1f} µs   {split}"
    alone = f"their JSON alone {figures.json_per_s:,.0f} /s"
    yield f"events read and hashed     {figures.event_per_s:12,.0f} /s   {alone}"
    pair = f"SHA-256 of a pair {figures.sha256_per_s:,.0f} /s"
    yield f"leaves put into the tree   {figures.leaf_per_s:12,.0f} /s   {pair}"
    yield f"inclusion proofs verified  {figures.verify_per_s:12,.0f} /s"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of CPU for each figure")
    parser.add_argument("--leaves", type=int, default=LEAVES, help="leaves of the tree")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args(argv)
    figures = measure(options.seconds, options.leaves)
    print("\n".join(table(figures)))
    if options.json:
        options.json.write_text(json.dumps(asdict(figures), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
