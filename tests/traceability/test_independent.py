"""What others run without trusting us."""

import ast
import sys
from pathlib import Path

import traceability

SCRIPT = Path(traceability.__file__).parent / "independent" / "check_record.py"


def test_the_script_imports_nothing_of_ours() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    modules = {
        name
        for found in ast.walk(tree)
        for name in (
            [found.module or ""]
            if isinstance(found, ast.ImportFrom)
            else [alias.name for alias in found.names]
            if isinstance(found, ast.Import)
            else []
        )
    }
    assert {name.partition(".")[0] for name in modules} - sys.stdlib_module_names == {
        "cryptography"
    }
