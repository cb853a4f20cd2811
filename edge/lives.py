"""One life of the agent after another while the card refuses: all shut, wait, begin anew.

A start is the one way back that is proven: a dose that was open is charged in full, nothing is
resumed. So a full or failing card costs a pause, and never water that nobody counted.
"""

import logging
from collections.abc import Callable
from typing import Final

from edge.errors import StoreError
from edge.runtime import Runtime
from edge.standby import UNBARRED, Barred

FIRST_S: Final = 2.0
"""The first pause: the ballast has just been given up, so the next start most likely succeeds."""
LONGEST_S: Final = 60.0
"""A card that is full or dying is not worn by more than a try a minute."""
STEADY_S: Final = 600.0
"""After a life this long the pauses begin anew."""

_log = logging.getLogger(__name__)


def outlive(
    begin: Callable[[], Runtime],
    live: Callable[[Runtime, Barred], None],
    rest: Callable[[float], bool],
    mono: Callable[[], float],
) -> None:
    """Live until a life ends by itself, or `rest`, which waits so many seconds, says it is time.

    What a person stopped in one life stays stopped in the next, even if the card never knew.
    """
    barred, pause_s = UNBARRED, FIRST_S
    while True:
        born = mono()
        try:
            runtime = begin()
            try:
                live(runtime, barred)
                return
            finally:
                barred = runtime.barred
        except StoreError as refusal:
            _log.error("%s; all valves are shut, beginning anew", refusal)
        if mono() - born >= STEADY_S:
            pause_s = FIRST_S
        if rest(pause_s):
            return
        pause_s = min(2 * pause_s, LONGEST_S)
