"""A file that only grows: a line of JSON for each fact, on the disk before it counts."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

_OWNER: Final = 0o600

Fact = TypeVar("Fact", bound=BaseModel)


class LineFile(Generic[Fact]):
    """Lines of one kind; whoever writes to the file is alone."""

    def __init__(self, path: Path, kind: type[Fact]) -> None:
        self.path = path
        self._kind = kind

    def lines(self) -> list[Fact]:
        """All whole lines; a power cut may have left half a one at the end."""
        if not self.path.exists():
            return []
        return [line for text in self.path.read_bytes().splitlines() for line in self._read(text)]

    def append(self, lines: Sequence[Fact]) -> None:
        """Durable when it returns; begins on a line of its own, whatever was left half-written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(f"\n{line.model_dump_json(exclude_none=True)}" for line in lines)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self, text: bytes) -> list[Fact]:
        try:
            return [self._kind.model_validate_json(text)]
        except ValidationError:
            return []
