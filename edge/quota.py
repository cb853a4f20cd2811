"""How often something may be told: a burst, then a trickle. Pure."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Quota:
    """A bucket of `burst` tokens that gets one back every `every_s` seconds."""

    burst: int
    every_s: float
    left: float
    at: float = 0.0

    def take(self, now: float) -> "Quota | None":
        """The bucket with one token less; None when it is empty."""
        gained = max(0.0, now - self.at) / self.every_s
        left = min(float(self.burst), self.left + gained)
        return replace(self, left=left - 1, at=now) if left >= 1 else None


def full(burst: int, every_s: float) -> Quota:
    return Quota(burst, every_s, burst)
