"""How long help lasts. Pure."""

from datetime import timedelta
from typing import Final

from cloud.help.models import Lasts

CODE_LIFE: Final = timedelta(minutes=5)  # two people sit beside each other
VISIT: Final = timedelta(minutes=30)
"""How long a helper acts before asking again, however long they are allowed to."""

_CONSENT: Final = {
    Lasts.ONCE: VISIT,
    Lasts.WEEK: timedelta(days=7),
    Lasts.MONTH: timedelta(days=30),  # nobody remembers for longer whom they let in
}


def consent(lasts: Lasts) -> timedelta:
    """How long a consent holds from the moment its code is typed."""
    return _CONSENT[lasts]
