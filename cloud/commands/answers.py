"""What a command's exit status says."""

from typing import Final

BROKEN: Final = 1
"""Something was looked at and is not as it should be."""
USAGE_ERROR: Final = 2
"""The command cannot be done like this; standard error says why."""
