"""The diary's bench: the seeded greenhouse's device talks as it does elsewhere."""

from tests.cloud.alerts.conftest import alarm
from tests.cloud.greenhouses.conftest import garden

__all__ = ["alarm", "garden"]
