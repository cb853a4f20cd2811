"""The emergency stop: once its contact was open, no valve opens until somebody lifts it there."""

from collections.abc import Callable


class Interlock:
    """Asked with every pass of the guard, which shuts the valves while it is tripped.

    The contact is polled and not listened to: sparks of a relay are microseconds long and hardly
    ever met by a poll, while a thread of edges may die unseen.
    """

    def __init__(self, is_open: Callable[[], bool]) -> None:
        self._is_open = is_open
        self._tripped = False

    def is_tripped(self) -> bool:
        """Whether water is barred; a cut wire counts as pressed."""
        self._tripped = self._tripped or self._is_open()
        return self._tripped

    def trip(self) -> None:
        """Bar water as if the contact had opened: it had, before the power went."""
        self._tripped = True

    def lift(self) -> bool:
        """Let water flow again, unless the contact is still open; whether it worked."""
        self._tripped = self._is_open()
        return not self._tripped


def no_interlock() -> Interlock:
    """A board without an emergency stop."""
    return Interlock(lambda: False)
