"""Coverage-guided bytes for every reader of messages: `script/prove messages`.

python -m tests.fuzz.campaign --seconds 60
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["wire", "cloud.telemetry", "edge"]):
    from tests.fuzz.parsers import Reader, golden, readers, tame

SLOW_S = 10
"""A parser that chews on one message for so long is a way to stop the worker."""
MEMORY_MB = 1024


def corpus(folder: Path, names: list[str]) -> None:
    """Each valid message for each reader; the first octet chooses the reader."""
    for kind, payload in golden().items():
        for number, _name in enumerate(names):
            (folder / f"{number}-{kind}").write_bytes(bytes([number]) + payload)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    args = parser.parse_args()
    logging.disable(logging.WARNING)  # the agent tells of each message that it ignores
    folder = Path(tempfile.mkdtemp(prefix="vuonso-parsers-"))
    stack = readers(folder)
    every: list[tuple[str, Reader]] = sorted(stack.__enter__().items())
    seeds = folder / "corpus"
    seeds.mkdir()
    corpus(seeds, [name for name, _reader in every])

    def one(octets: bytes) -> None:
        if octets:
            _name, reader = every[octets[0] % len(every)]
            tame(reader, octets[1:])

    limits = [
        f"-max_total_time={args.seconds}",
        f"-timeout={SLOW_S}",
        f"-rss_limit_mb={MEMORY_MB}",
    ]
    words = ["-max_len=4096", "-seed=1", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *limits, *words, str(seeds)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
