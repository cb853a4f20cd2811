"""What waits at the desk besides orders; given when the parts are put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlmodel import Session

from cloud.principal import Principal


@dataclass(frozen=True)
class Errand:
    """One line of the day's work; `sentence` is a key of the catalogue, `params` fill it in.

    `late` is how many of it are overdue.
    """

    path: str
    sentence: str
    params: Mapping[str, object]
    late: int = 0


class Teller(Protocol):
    """Says what of its own waits for this caller now."""

    def __call__(
        self, session: Session, principal: Principal, now: datetime
    ) -> Sequence[Errand]: ...


def tellers(request: Request) -> Sequence[Teller]:
    asked: Sequence[Teller] = request.app.state.errands
    return asked


TellersDep = Annotated[Sequence[Teller], Depends(tellers)]
