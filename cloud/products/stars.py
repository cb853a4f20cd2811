"""Pure: what the stars of many buyers add up to."""


def tenths(stars: int, count: int) -> int:
    """The average of so many reviews in tenths of a star, halves upwards."""
    return (20 * stars + count) // (2 * count)
