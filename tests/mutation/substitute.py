"""Loads one module from elsewhere: the mutant instead of the original."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType


class Substitute(MetaPathFinder):
    def __init__(self, module: str, source: Path) -> None:
        self._module, self._source = module, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname != self._module:
            return None
        return spec_from_file_location(fullname, self._source)


def substitute(module: str, source: Path) -> None:
    """From now on this process gets the module from there."""
    sys.meta_path.insert(0, Substitute(module, source))
