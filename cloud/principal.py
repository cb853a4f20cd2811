"""Who is asking: an account acting in one cooperative in one role."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a member is in a cooperative; what each may do stands in `cloud.permissions`."""

    FARMER = "farmer"
    MANAGER = "manager"
    PACKER = "packer"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    HELPER = "helper"
    OFFICER = "officer"


@dataclass(frozen=True)
class Plot:
    """All that stands on one farm; who came in by its card sees nothing else."""

    farm: int
    greenhouses: frozenset[int]
    zones: frozenset[int]
    devices: frozenset[str]


@dataclass(frozen=True)
class Helper:
    """Who sits at the machine and acts for another, and until when."""

    account_id: int
    name: str
    until: datetime


@dataclass(frozen=True)
class Practice:
    """A while on a practice greenhouse, and who the learner is where water is real."""

    stand: int
    until: datetime
    step: str
    home: "Principal"


@dataclass(frozen=True)
class Principal:
    """The caller of a service; without a plot, everything of the cooperative is theirs to see."""

    account_id: int
    cooperative_id: int
    role: Role
    language: str
    name: str
    plot: Plot | None = None
    helper: Helper | None = None
    helped_by: str = ""
    """Who acts for this person right now, at another machine."""
    proved_at: datetime | None = None
    """When this browser last showed the password, or came in by a link of the operator's."""
    practice: Practice | None = None
    """While this browser is on a practice greenhouse, whose cooperative is the one above."""
    only: frozenset[str] | None = None
    """All that is open to a program's key; None: whatever the role gives."""

    @property
    def person_id(self) -> int:
        """The account of who really acts."""
        return self.helper.account_id if self.helper else self.account_id
