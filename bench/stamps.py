"""What a print run of stamps costs, beside the ordinary way: `qrcode` and `fpdf2` by the label.

Run `python -m bench.stamps`. The ordinary way is measured on a sample of labels and scaled to the
run, since it takes hours; ours is measured whole, in a process of its own, and printed twice.
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from fpdf import FPDF
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from traceability.gs1 import internal_gtin
from traceability.keys import SeasonKey, derive
from traceability.labels import GRIDS, Label
from traceability.payload import stamp_link
from traceability.sheet import MAX_LABELS, write
from traceability.token import issue, serials

MILLION: Final = 1_000_000
SAMPLE: Final = 300
CPU_TARGET_S: Final = 30.0
RSS_TARGET_MB: Final = 150
MEGABYTE: Final = 1_000_000
FIRST_ISSUANCE: Final = 1

LABEL: Final = Label(
    host="https://txng.vn",
    gtin=internal_gtin(1),
    product="Dưa lưới Mai Anh",
    lot="20261123-Z1-01",
    harvested_on=date(2026, 11, 23),
    simulated=False,
)


@dataclass(frozen=True)
class Run:
    """One print run of ours."""

    cpu_s: float
    rss_mb: float
    bytes: int
    digest: str


@dataclass(frozen=True)
class Figures:
    """All that the bench knows."""

    n: int
    cpu_s: float
    rss_mb: float
    bytes: int
    identical: bool
    peer_cpu_s: float
    peer_sample: int


def key() -> SeasonKey:
    return derive(bytes(range(32)), "2026-2", kid=3)


def ours(count: int, folder: Path) -> Run:
    """Print a run into files of at most 100,000 labels."""
    season, digest, size = key(), hashlib.sha256(), 0
    start = time.process_time()
    for number, first in enumerate(range(0, count, MAX_LABELS)):
        path = folder / f"{number}.pdf"
        with path.open("wb") as file:
            indices = range(first, min(first + MAX_LABELS, count))
            write(file, LABEL, serials(season, FIRST_ISSUANCE, indices))
        size += path.stat().st_size
    cpu = time.process_time() - start
    for path in sorted(folder.glob("*.pdf"), key=lambda one: int(one.stem)):
        digest.update(path.read_bytes())
    return Run(cpu, _peak_mb(), size, digest.hexdigest())


def peer(count: int) -> float:
    """Seconds of CPU for labels made as tutorials do, with the same links, sheet and words."""
    season, grid = key(), GRIDS["a4-65"]
    start = time.process_time()
    sheet = FPDF(unit="mm", format="A4")
    sheet.set_auto_page_break(auto=False)
    sheet.set_font("Helvetica", size=6)
    corners = grid.corners()
    for number in range(count):
        place = number % len(corners)
        if place == 0:
            sheet.add_page()
        serial = issue(season, FIRST_ISSUANCE, number)
        code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
        code.add_data(stamp_link(LABEL.host, serial, LABEL.gtin))
        code.make(fit=True)
        picture = io.BytesIO()
        code.make_image().save(picture)
        left, bottom = corners[place]
        top = grid.page[1] - bottom - grid.height
        sheet.image(picture, x=left, y=top, w=18, h=18)
        for line, words in enumerate(("Dua luoi Mai Anh", LABEL.lot, serial)):
            sheet.text(left + 19, top + 4 + 3 * line, words)
    sheet.output()
    return time.process_time() - start


def measure(count: int, sample: int) -> Figures:
    first, second = _in_a_process(count), _in_a_process(count)
    return Figures(
        n=count,
        cpu_s=min(first.cpu_s, second.cpu_s),
        rss_mb=max(first.rss_mb, second.rss_mb),
        bytes=first.bytes,
        identical=first.digest == second.digest,
        peer_cpu_s=peer(sample) / sample * count,
        peer_sample=sample,
    )


def table(figures: Figures) -> Iterator[str]:
    ratio = figures.peer_cpu_s / figures.cpu_s
    yield f"{figures.n:,} stamps as PDF"
    yield f"  ours        {figures.cpu_s:10.1f} s CPU {figures.rss_mb:8.0f} MB at most"
    scaled = f"scaled from {figures.peer_sample} labels"
    yield f"  qrcode+fpdf2{figures.peer_cpu_s:10.1f} s CPU, {scaled}"
    yield f"  ratio       {ratio:10.1f}"
    each = figures.bytes / figures.n
    yield f"  size        {figures.bytes / MEGABYTE:10.1f} MB, {each:.0f} a stamp"
    yield f"  reprint     {'identical' if figures.identical else 'DIFFERENT'}"


def misses(figures: Figures) -> list[str]:
    """What is not as it should be; seconds are judged for a whole million only."""
    found = [] if figures.identical else ["a reprint differs"]
    if figures.rss_mb > RSS_TARGET_MB:
        found.append(f"{figures.rss_mb:.0f} MB are more than {RSS_TARGET_MB}")
    if figures.n == MILLION and figures.cpu_s > CPU_TARGET_S:
        found.append(f"{figures.cpu_s:.1f} s are more than {CPU_TARGET_S:.0f}")
    return found


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=MILLION, help="stamps in the run")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="labels of the ordinary way")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        with TemporaryDirectory() as folder:
            print(json.dumps(asdict(ours(options.n, Path(folder)))))
        return 0
    figures = measure(options.n, options.sample)
    print("\n".join(table(figures)))
    if options.json:
        options.json.write_text(json.dumps(asdict(figures), indent=2) + "\n")
    missed = misses(figures)
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


def _peak_mb() -> float:
    """The most that was resident; `getrusage` would tell of the process that started this one."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in told.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / MEGABYTE


def _in_a_process(count: int) -> Run:
    words = [sys.executable, "-m", "bench.stamps", "--child", "--n", str(count)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    return Run(**json.loads(done.stdout))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
