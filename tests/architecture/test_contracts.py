"""Each import contract is broken once, on purpose, in a copied tree: it must then be reported."""

import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cloud", "edge", "firmware_sim", "traceability", "vuonso", "wire")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
IMPORTS = {
    "edge.hardware": "import gpiozero, minimalmodbus, serial, smbus2",
    "edge.uplink": "import paho",
}
"""Lines that the copied tree needs so that a foreign package is known to the linter at all."""


class Breach(NamedTuple):
    """Files that break one contract and no other by accident."""

    contract: str
    files: dict[str, str]


BREACHES = (
    Breach("layers", {"edge/intruder.py": "import firmware_sim"}),
    Breach("cloud-edge", {"cloud/intruder.py": "import edge"}),
    Breach("traceability-pure", {"traceability/intruder.py": "import sqlmodel"}),
    Breach("wire-pure", {"wire/intruder.py": "import paho"}),
    Breach("control-pure", {"edge/control.py": "import time"}),
    Breach("edge-small", {"edge/intruder.py": "import fastapi"}),
    Breach("pins", {"edge/intruder.py": "import gpiozero"}),
    Breach("mqtt", {"cloud/intruder.py": "import paho"}),
    Breach(
        "routes",
        {"cloud/orders/routes.py": "", "cloud/lots/service.py": "import cloud.orders.routes"},
    ),
    Breach(
        "features",
        {
            "cloud/lots/service.py": "import cloud.orders.service",
            "cloud/orders/service.py": "import cloud.lots.service",
        },
    ),
)


def skeleton(root: Path, files: dict[str, str]) -> None:
    """The packages and their configuration, empty but for the given files."""
    copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")
    named = {f"{name.replace('.', '/')}.py": IMPORTS.get(name, "") for name in contract_modules()}
    named |= {"cloud/app.py": ""}
    named |= {f"{package}/__init__.py": "" for package in PACKAGES}
    named |= {str(Path(name).parent / "__init__.py"): "" for name in files}
    for name, text in (named | files).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def contract_modules() -> set[str]:
    """Modules of ours that a contract names: they must exist for it to be checked at all."""
    named = {
        module
        for contract in CONTRACTS
        for key in ("source_modules", "protected_modules", "allowed_importers")
        for module in contract.get(key, ())
    }
    ours = {name for name in named if name.split(".")[0] in PACKAGES and "*" not in name}
    return {name for name in ours if "." in name} | set(IMPORTS)


def lint(root: Path, contract: str) -> tuple[int, str]:
    words = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    result = subprocess.run(
        [*words, "--contract", contract],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(root), "NO_COLOR": "1"},
    )
    return result.returncode, result.stdout + result.stderr


def test_every_contract_is_broken_once_below() -> None:
    assert sorted(breach.contract for breach in BREACHES) == sorted(
        contract["id"] for contract in CONTRACTS
    )


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.contract)
def test_a_breach_is_reported(breach: Breach, tmp_path: Path) -> None:
    skeleton(tmp_path, {})
    code, said = lint(tmp_path, breach.contract)
    assert code == 0, said
    skeleton(tmp_path, breach.files)
    code, said = lint(tmp_path, breach.contract)
    assert code == 1, said
    assert "BROKEN" in said
