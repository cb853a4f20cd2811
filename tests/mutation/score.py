"""How many small mistakes in a module its tests notice.

python -m tests.mutation.score valves traceability/token
"""

import argparse
import math
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import cryptography.hazmat.primitives.asymmetric.ed25519
import hypothesis.strategies
import numpy as np
import paho.mqtt.client
import pydantic
import pytest
from hypothesis import Phase, settings

from tests.mutation.measured import MEASURED, files_of, source_of
from tests.mutation.mutants import mutants
from tests.mutation.substitute import substitute

LEAST = 0.85
"""Share of the mistakes that must be noticed."""

LOADED_ONCE = (cryptography, hypothesis, np, paho, pydantic, pytest)
"""Nothing of the product: each run is a fork that loads the product anew, mistake and all."""

SLOWER = 10.0
LEAST_S = 20.0
"""A run that takes this many times as long as without a mistake, and at least this long, hangs."""

BUSIER = 3
LEAST_CPU_S = 5
"""The same for seconds of the processor, which do not depend on what else the machine does: a loop
without an end is found by them long before."""

DRAWS = "mutation"
settings.register_profile(
    DRAWS, settings.get_profile("ci"), phases=(Phase.explicit, Phase.generate)
)
"""Each run draws the same, remembers nothing of the run before, asks no stop-watch and looks for
no smaller example of a failure."""

FORK = multiprocessing.get_context("fork")


class Trial:
    """A module's source, its tests, and a folder for sources with a mistake."""

    def __init__(self, name: str, folder: Path) -> None:
        self.source = source_of(name)
        self._tests = files_of(name)
        self._module = ".".join(self.source.with_suffix("").parts)
        self._folder = folder
        self._patience_s: float | None = None
        self._cpu_s: int | None = None

    def measure(self) -> None:
        """How long the tests take without a mistake.

        Raises:
            SystemExit: they fail, so a score would say nothing.
        """
        began, used = time.perf_counter(), _of_children()
        self._patience_s = self._cpu_s = None
        if self.is_noticed("whole", self.source.read_text("utf-8")):
            sys.exit(f"The tests of {self.source} fail without any mistake.")
        self._patience_s = max(LEAST_S, SLOWER * (time.perf_counter() - began))
        self._cpu_s = max(LEAST_CPU_S, math.ceil(BUSIER * (_of_children() - used)))

    def is_noticed(self, name: str, text: str) -> bool:
        """Whether a test fails, or hangs, with this source instead."""
        mutated = self._folder / f"{name}.py"  # a name of its own: no stale byte code
        mutated.write_text(text, "utf-8")
        run = FORK.Process(target=_run, args=(self._module, mutated, self._tests, self._cpu_s))
        run.start()
        run.join(self._patience_s)
        if run.is_alive():
            run.kill()
            run.join()
        return run.exitcode != 0


def _of_children() -> float:
    """Seconds of the processor that the runs so far took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(module: str, mutated: Path, tests: Sequence[str], cpu_s: int | None) -> None:
    if cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    substitute(module, mutated)
    seen_early = "ignore::pytest.PytestAssertRewriteWarning"
    unused = ("-p", "no:cacheprovider", "-p", "no:anyio")  # the latter loads all of asyncio
    options = ["-x", "-q", *unused, f"--hypothesis-profile={DRAWS}", "--tb=no", "-W", seen_early]
    os._exit(pytest.main([*options, *tests]))


def score(name: str, every: int) -> float:
    """Tell each mistake that nobody noticed, and the share of those that somebody did."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(name, Path(folder))
        trial.measure()
        made = list(mutants(trial.source.read_text("utf-8")))[::every]
        noticed = 0
        for number, (line, what, text) in enumerate(made):
            if trial.is_noticed(f"mistake_{number}", text):
                noticed += 1
            else:
                _tell(f"{trial.source}:{line}: {what}")
        trial.measure()  # or something else than the mistakes was noticed
    _tell(f"{trial.source}: {noticed} of {len(made)} noticed, {noticed / len(made):.1%}")
    return noticed / len(made)


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=sorted(MEASURED), metavar="MODULE")
    parser.add_argument("--every", type=int, default=1, help="only each n-th mistake")
    args = parser.parse_args()
    if unknown := set(args.modules) - MEASURED.keys():
        parser.error(f"no tests are named for {', '.join(sorted(unknown))}")
    scores = [score(name, args.every) for name in args.modules]
    return 0 if min(scores) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
