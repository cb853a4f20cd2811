"""How a person's request reaches the cloud: a process may die in it, or its answer get lost.

Who hears nothing asks again with the same key, as browsers and people do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random
from typing import Final, Generic, TypeVar

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from cloud.errors import CloudError
from tests.sim.agenda import Agenda
from tests.sim.centre import Centre, Killed
from tests.sim.storm import Storm
from tests.sim.tally import Tally

AGAIN_S: Final = 3.0
LOST: Final = 0.15
"""Share of the answers that do not arrive."""

T = TypeVar("T")


@dataclass(frozen=True)
class Wish(Generic[T]):
    """What somebody wants; `then` hears the answer."""

    what: str
    act: Callable[[Session, datetime], T]
    then: Callable[[T], None]
    refused: Callable[[], None] = lambda: None
    has_key: bool = True
    """Whether asking twice is asking once; if not, only what surely was not done is repeated."""
    tries: int = 4


class Desk:
    """The cloud's front door, as everybody meets it."""

    def __init__(self, centre: Centre, storm: Storm, chance: Random, tally: Tally) -> None:
        self.centre, self.chance = centre, chance
        self._storm, self._tally = storm, tally

    @property
    def agenda(self) -> Agenda:
        return self.centre.agenda

    def key(self) -> str:
        return f"{self.chance.getrandbits(96):024x}"

    def ask(self, wish: Wish[T]) -> None:
        try:
            with self.centre.transaction() as session:
                answer = wish.act(session, self.centre.clock.now())
        except (Killed, OperationalError) as end:
            self._tally.note(f"{wish.what} ended by {type(end).__name__}")
            self._again(wish)
            return
        except CloudError as refusal:
            self._tally.seen[f"{wish.what} refused: {refusal.code}"] += 1
            wish.refused()
            return
        self._tally.seen[wish.what] += 1
        self._tally.note(wish.what)
        if self._storm.strikes("answer lost", LOST if wish.has_key else 0.0, wish.what):
            self._again(wish)
        else:
            wish.then(answer)

    def _again(self, wish: Wish[T]) -> None:
        if wish.tries > 1:
            fewer = replace(wish, tries=wish.tries - 1)
            self.agenda.after(AGAIN_S, partial(self.ask, fewer))
