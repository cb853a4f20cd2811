"""Guided fuzzing of every parser: only our errors may come out, and what is read is read again.

python -m tests.traceability.fuzz_campaign --seconds 60 [link serial …]
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import atheris

with atheris.instrument_imports(include=["traceability"]):
    from tests.traceability.parsers import TEXTS
    from traceability.errors import TraceabilityError

SEED: Final = 1
CHILD: Final = "--child"  # the fuzzer ends its process, so each parser has one of its own
# One of each kind to start from; the fuzzer finds the rest by what the code looks at.
STARTS: Final = {
    "link": "https://a/01/09520123456788/10/L1/21/S1?17=261123&99=X",
    "tolerant_link": "https://a/gtin/9520123456788/lot/L1?89=X",
    "element_string": "(01)09520123456788(3103)000195(10)L1",
    "serial": "7ABC DEFG HJKM NPQR STVW",
    "gtin": "9520123456788",
    "host": "https://txng.vn:8000",
    "identifier": "urn:epc:id:sgln:4012345.00011.987",
    "events": (
        '{"@context":"ex:c","type":"ObjectEvent","eventTime":"2026-11-23T06:30:00+07:00",'
        '"eventTimeZoneOffset":"+07:00","action":"ADD","epcList":["urn:epc:id:sscc:4012345.1"],'
        '"ilmd":{"ex:a":[1.5,null]},"readPoint":{"id":"ex:p"}}'
    ),
}
LENGTHS: Final = {"events": 2000}
DONE: Final = re.compile(r"Done (\d+) (?:in|runs)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parser", nargs="*", help=f"one of {', '.join(TEXTS)}; all by default")
    parser.add_argument("--seconds", type=int, default=60, help="for each parser")
    args = parser.parse_args()
    bad = [name for name in args.parser or TEXTS if not _run(name, args.seconds)]
    return 1 if bad else 0


def _run(name: str, seconds: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "start").write_text(STARTS[name], "utf-8")
        command = [sys.executable, "-m", "tests.traceability.fuzz_campaign", CHILD, name]
        limits = [
            f"-max_total_time={seconds}",
            f"-seed={SEED}",
            f"-max_len={LENGTHS.get(name, 200)}",
        ]
        run = subprocess.run(
            [*command, *limits, f"-artifact_prefix={folder}/", folder],
            capture_output=True,
            text=True,
            check=False,
        )
    runs = DONE.search(run.stderr)
    told = f"{int(runs[1]):,} inputs" if runs else "did not finish"
    sys.stdout.write(f"{name:16} {told}; {'held' if run.returncode == 0 else 'BROKEN'}\n")
    if run.returncode:
        sys.stdout.write(run.stdout[-3000:] + run.stderr[-3000:] + "\n")
    return run.returncode == 0


def _fuzz(name: str, rest: list[str]) -> None:
    parse = TEXTS[name]

    def one(data: bytes) -> None:
        try:
            parse(data.decode("utf-8", "replace"))
        except TraceabilityError:
            return

    atheris.Setup([sys.argv[0], *rest], one)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == [CHILD]:
        _fuzz(sys.argv[2], sys.argv[3:])
    sys.exit(main())
