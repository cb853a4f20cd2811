"""`vuonso sim run`: a scenario, or one drawn from a seed, played with the real agent."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

from firmware_sim import picture, report, scenario_file
from firmware_sim.errors import SimError
from firmware_sim.fuzz import draw, more_faults
from firmware_sim.scenario import Scenario
from firmware_sim.stage import Stage
from firmware_sim.words import LEGEND

BROKEN: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("scenario", nargs="?", help=f"a file, or of: {', '.join(scenario_file.names())}")
    add("--fuzz", type=int, metavar="SEED", help="a house and faults drawn from this seed instead")
    add("--seed", type=int, help="another seed than the file's")
    add(
        "--out", type=Path, default=Path(), help="folder for NAME.csv and NAME.svg (default: here)"
    )
    add("--language", choices=sorted(LEGEND), default="vi", help="of the drawing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play it, print the table, write the files; 1 when a promise of the agent was broken."""
    name, scenario = _chosen(args)
    with tempfile.TemporaryDirectory() as folder:
        stage = play(scenario, Path(folder))
    for line in report.table(scenario, stage.chronicle, stage.watch, stage.line):
        sys.stdout.write(line + "\n")
    args.out.mkdir(parents=True, exist_ok=True)
    report.write_csv(stage.chronicle, args.out / f"{name}.csv")
    drawing = picture.svg(scenario, stage.chronicle, args.language)
    (args.out / f"{name}.svg").write_text(drawing, encoding="utf-8")
    return BROKEN if stage.watch.broken else 0


def play(scenario: Scenario, folder: Path) -> Stage:
    """The whole scenario, its random faults included."""
    stage = Stage(scenario.with_faults(more_faults(scenario)), folder)
    stage.run()
    return stage


def _chosen(args: argparse.Namespace) -> tuple[str, Scenario]:
    if (args.scenario is None) == (args.fuzz is None):
        raise SimError("name a scenario, or give --fuzz SEED")
    if args.fuzz is not None:
        return f"fuzz-{args.fuzz}", draw(args.fuzz)
    path = scenario_file.find(args.scenario)
    scenario = scenario_file.load(path)
    if args.seed is not None:
        scenario = scenario.model_copy(update={"seed": args.seed})
    return path.stem, scenario
