"""The simulator's errors: what a person must correct before a greenhouse can be simulated.

SimError
└── SeriesError      a recorded series or its column mapping cannot be used
"""


class SimError(Exception):
    """Anything the simulator refuses."""

    code = "sim"


class SeriesError(SimError):
    """A recorded series cannot be read as climate or as probe values."""

    code = "series"
