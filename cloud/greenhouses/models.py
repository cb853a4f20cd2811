"""The places a greenhouse page speaks of; they are owned by cooperatives and bound by devices."""

from cloud.cooperatives.models import Greenhouse, Zone
from cloud.devices.models import ZoneBinding

__all__ = ["Greenhouse", "Zone", "ZoneBinding"]
