"""Whether the service lives and can do its work: a bare yes or no for everybody.

What is wrong in detail is told on the internal port (`cloud.internal`) only.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError


@dataclass(frozen=True)
class Finding:
    """An answer with its reason, and the age in seconds of what was looked at."""

    ok: bool
    reason: str = ""
    age_s: float | None = None


Check = Callable[[], bool | str | Finding]
"""Yes or no; or why not in words that name nobody, empty for yes; or a whole finding."""


@dataclass(frozen=True)
class Vital:
    """What was found of one thing; what is not `urgent` calls a person and stops nothing."""

    name: str
    urgent: bool
    ok: bool
    reason: str
    age_s: float | None


class Vitals:
    """Questions whose answer must be yes; whoever owns a part of the service adds its own."""

    def __init__(self) -> None:
        self._checks: dict[str, tuple[Check, bool]] = {}

    def add(self, name: str, check: Check, *, urgent: bool = True) -> None:
        """Ask this too, from several threads; with `urgent` a no means: send nobody here."""
        self._checks[name] = (check, urgent)

    def findings(self) -> list[Vital]:
        """Ask everything, in the order in which it was added."""
        return [
            Vital(name, urgent, found.ok, found.reason, found.age_s)
            for name, (check, urgent) in list(self._checks.items())
            for found in [_asked(check)]
        ]

    def ready(self) -> bool:
        """Whether nothing urgent is wrong."""
        return all(_asked(check).ok for check, urgent in list(self._checks.values()) if urgent)


def database(engine: Engine) -> bool:
    """Whether the database answers."""
    with engine.connect() as connection:
        connection.execute(text("select 1"))
    return True


def _asked(check: Check) -> Finding:
    """A check that fails is a no, and no reason to hear nothing of the others."""
    try:
        said = check()
    except (SQLAlchemyError, OSError) as error:
        return Finding(ok=False, reason=type(error).__name__)
    if isinstance(said, str):
        return Finding(not said, said)
    return Finding(said) if isinstance(said, bool) else said
