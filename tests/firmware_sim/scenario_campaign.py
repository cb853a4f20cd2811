"""Every shipped scenario, a week without a broker among them, through the real agent to its end.

No promise may be broken, and what the agent wrote must have arrived whole, number after number:
python -m tests.firmware_sim.scenario_campaign [NAME ...]
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from firmware_sim import scenario_file
from firmware_sim.run_scenario import play
from firmware_sim.stage import Stage


def findings(stage: Stage) -> Iterator[str]:
    """What went wrong, as sentences."""
    yield from stage.watch.broken
    if stage.line.waiting:
        yield f"{stage.line.waiting} rows are still on the card"
    for epoch, numbers in stage.line.arrived.items():
        missing = max(numbers) - len(numbers)
        if missing:
            yield f"{missing} rows of {epoch} never came"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=scenario_file.names())
    bad = 0
    for name in parser.parse_args().names:
        scenario = scenario_file.load(scenario_file.find(name))
        with tempfile.TemporaryDirectory() as folder:
            stage = play(scenario, Path(folder))
        found = list(findings(stage))
        bad += bool(found)
        litres = sum(account.litres for account in stage.watch.accounts.values())
        sys.stdout.write(
            f"{name}: {scenario.hours:.0f} h, {litres:.1f} L, {stage.line.rows} rows, "
            f"line gone for {stage.line.longest_gone_s / 3600:.1f} h; "
            f"{'; '.join(found) or 'all kept'}\n"
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
