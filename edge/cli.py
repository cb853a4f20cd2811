"""`vuonso edge`: finds the sub-command and loads nothing else; a Pi Zero feels every import."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from edge.errors import ConfigError, EdgeError
from wire.errors import WireError

UNUSABLE: Final = 2
COMMANDS: Final = {
    "join": ("edge.join", "take this box into a cooperative, with a telephone beside it"),
    "run": ("edge.start", "water the greenhouse until told to stop"),
    "doctor": ("edge.doctor", "say what is wrong with files, pins and store"),
    "calibrate": ("edge.calibrate", "measure a probe or the flow meter, with the agent stopped"),
    "verify": ("edge.verify", "say whether a store is whole and unaltered"),
    "clear": ("edge.clear_fault", "say that a valve which had not closed is shut again"),
    "pin": ("edge.set_pin", "choose the PIN of the page in the greenhouse"),
    "reset": ("edge.reset", "forget who this box was and what it saw, before it changes hands"),
    "alloff": ("edge.alloff", "drive every valve and the pump off, then exit"),
}


def main(argv: Sequence[str]) -> int:
    words = list(argv)
    module, _ = COMMANDS[_parser().parse_args(words[:1]).command]
    try:
        code: int = import_module(module).main(words[1:], print)
    except (ConfigError, WireError) as error:
        print(f"vuonso edge: {error}", file=sys.stderr)
        return UNUSABLE
    except EdgeError as error:
        print(f"vuonso edge: {error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {summary}" for name, (_, summary) in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="vuonso edge",
        description="The agent on the Raspberry Pi.",
        epilog="commands:\n" + "\n".join(lines) + "\n\n`vuonso edge COMMAND --help` says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    return parser
