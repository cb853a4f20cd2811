"""A person's word that a valve is shut again: beside the store, for one start."""

from pathlib import Path


def leave(data: Path, zone: str) -> None:
    _word(data, zone).touch(mode=0o600)


def taken(data: Path, zone: str) -> bool:
    """Whether somebody gave their word. This uses it up; what cannot be used up is none."""
    try:
        _word(data, zone).unlink()
    except OSError:
        return False
    return True


def _word(data: Path, zone: str) -> Path:
    return data / f"cleared.{zone}"
