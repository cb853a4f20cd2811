"""Fixtures of the alerts: the seeded greenhouse with its device connected."""

from tests.cloud.greenhouses.conftest import garden

__all__ = ["garden"]
