"""What people say of a product that they carried to a channel themselves."""

from enum import StrEnum


class Mark(StrEnum):
    """How a product fares on a floor that tells us nothing."""

    GIVEN = "given"
    """It is in a pack that somebody took along."""
    LISTED = "listed"
    REFUSED = "refused"
    GONE = "gone"
