"""The only source of chance: every stream is named, so that one seed gives one greenhouse."""

from random import Random


def stream(*name: object) -> Random:
    """An independent generator for this name; the same name gives the same numbers."""
    key = ":".join(str(part) for part in name)
    return Random(key)
