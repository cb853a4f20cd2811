"""Who is asking: an account acting in one cooperative in one role."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member is in a cooperative."""

    FARMER = "farmer"
    MANAGER = "manager"


@dataclass(frozen=True)
class Principal:
    """The caller of a service."""

    account_id: int
    cooperative_id: int
    role: Role
    language: str
    name: str
