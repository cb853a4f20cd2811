"""The one shape in which every provider's transactions come in, whoever told of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Told:
    """A transaction on an account, in đồng; `id` is its provider's name for it and counts once."""

    id: str
    amount: int
    incoming: bool
    content: str
    at: datetime
    account: str = ""
    reference: str = ""
