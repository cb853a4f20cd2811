"""The one command, `vuonso`: finds the program asked for and loads nothing else.

A Raspberry Pi running `vuonso edge` must never pay for the cloud's libraries, so each program is
imported only when it is called.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Final, NamedTuple

USAGE_ERROR: Final = 2
OWN_PACKAGES: Final = {"cloud", "edge", "firmware_sim", "traceability", "vuonso", "wire"}


class Program(NamedTuple):
    """A sub-command: the module whose `main(argv)` runs it, and the extra that installs it."""

    module: str
    extra: str
    summary: str


PROGRAMS: Final = {
    "demo": Program(
        "vuonso.demo", "demo", "the whole product on this machine, with a simulated greenhouse"
    ),
    "edge": Program("edge.cli", "edge", "the agent on the Raspberry Pi: sense, decide, water"),
    "cloud": Program("cloud.cli", "cloud", "the service: pages, API, ingest, database"),
    "sim": Program("firmware_sim.cli", "edge", "a greenhouse that is not there"),
    "stamps": Program("traceability.cli", "stamps", "codes, stamps and label sheets"),
}


def main(argv: Sequence[str] | None = None, programs: Mapping[str, Program] = PROGRAMS) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    name: str = _parser(programs).parse_args(words[:1]).program
    try:
        module = import_module(programs[name].module)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in OWN_PACKAGES:
            raise
        return _not_installed(name, programs[name].extra, error)
    code: int = module.main(words[1:])
    return code


def _parser(programs: Mapping[str, Program]) -> argparse.ArgumentParser:
    width = max(map(len, programs))
    lines = [f"  {name:{width}}  {program.summary}" for name, program in programs.items()]
    parser = argparse.ArgumentParser(
        prog="vuonso",
        description="Vườn Số: from the soil probe in a greenhouse to the QR in a buyer's hand.",
        epilog="programs:\n" + "\n".join(lines) + "\n\n`vuonso PROGRAM --help` says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"vuonso {version('vuonso')}")
    parser.add_argument("program", choices=programs, metavar="PROGRAM", help="one of those below")
    return parser


def _not_installed(name: str, extra: str, error: ModuleNotFoundError) -> int:
    print(
        f"vuonso {name}: the library {error.name} is missing; "
        f"install the extra: pip install 'vuonso[{extra}]'.",
        file=sys.stderr,
    )
    return USAGE_ERROR
