"""`vuonso edge run`: shuts every output, and only then loads what the agent is made of."""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from edge import alloff

AGENT: Final = "edge.service"
"""Named, not imported: on a Pi Zero its libraries take seconds, and a valve may be open."""


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    for failure in alloff.shut(args.config):
        say(failure)
    code: int = import_module(AGENT).run(args.config, args.identity, args.data, say)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso edge run", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="hardware.toml")
    parser.add_argument("--identity", type=Path, required=True, help="identity.json")
    parser.add_argument("--data", type=Path, required=True, help="folder of the store")
    return parser
