"""``vuonso stamps``: codes read and checked, stamps issued and printed, from files, no cloud."""

import argparse
import sys
from collections.abc import Iterable, Sequence

from traceability.commands import events, law, lists, logs, reading, runs
from traceability.commands.answers import CANNOT
from traceability.errors import TraceabilityError


def main(argv: Sequence[str], typed: Iterable[str] | None = None) -> int:
    """Run a command; ``typed`` stands for the lines of standard input."""
    options = _parser().parse_args(argv)
    options.typed = _standard_input() if typed is None else typed
    try:
        status: int = options.run(options)
    except (TraceabilityError, OSError) as error:
        print(f"vuonso stamps: {error}", file=sys.stderr)
        return CANNOT
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso stamps", description=__doc__)
    commands = parser.add_subparsers(title="commands", required=True)
    runs.add_commands(commands)
    reading.add_commands(commands)
    events.add_commands(commands)
    lists.add_commands(commands)
    logs.add_commands(commands)
    law.add_commands(commands)
    return parser


def _standard_input() -> Iterable[str]:
    # A scanner may send anything; what is no UTF-8 is answered like any other wrong code.
    return (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
