"""The firmware of a valve node: it opens for as long as it is told, and shuts by its own timer.

It speaks any shipped profile. Its radio may fail; its timer does not.
"""

import re
from typing import Final

from edge.config_nodes import ValveNode
from edge.node_profiles import PLACES, filled, node_profile
from firmware_sim.farm_broker import FarmBroker

NEVER: Final = float("-inf")


class ValveNodeDevice:
    """One valve that hangs on no pin."""

    def __init__(self, table: ValveNode, broker: FarmBroker) -> None:
        self._table, self._broker = table, broker
        self._words = node_profile(table.profile).valve
        self._opening = _pattern(self._filled(self._words.open))
        self._now, self._shuts_at = 0.0, NEVER
        self.is_out_of_reach = False
        """No radio: it hears nothing, and nobody hears it."""
        self._stays = False
        self.longest_timer_s = 0
        """Of all orders so far."""
        broker.plug(self._hear)
        self.say_there(is_there=True)

    @property
    def is_open(self) -> bool:
        return self._now < self._shuts_at or self._stays

    def open_by_hand(self) -> None:
        """Somebody presses the button on it."""
        self._stays = True
        self._say_state()

    def lose(self) -> None:
        """Its radio fails, and the broker notices."""
        self.is_out_of_reach = True
        self.say_there(is_there=False)

    def find(self) -> None:
        self.is_out_of_reach = False
        self.say_there(is_there=True)
        self._say_state()

    def say_there(self, *, is_there: bool) -> None:
        """What the broker keeps for whoever asks later."""
        there = node_profile(self._table.profile).availability
        word = there.online if is_there else there.offline
        payload = word if there.path is None else f'{{"{there.path}": "{word}"}}'
        self._broker.publish(self._filled(there.topic), payload.encode(), retain=True)

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        was_open = self.is_open
        self._now += dt
        if was_open and not self.is_open:
            self._say_state()

    def _hear(self, topic: str, payload: bytes) -> None:
        if self.is_out_of_reach:
            return
        text = payload.decode()
        opening = self._opening.fullmatch(text)
        if topic == self._filled(self._words.close_topic) and text == self._filled(
            self._words.close
        ):
            self._shuts_at, self._stays = NEVER, False
            self._say_state()
        elif topic == self._filled(self._words.open_topic) and opening is not None:
            timer_s = int(opening["seconds"]) - self._words.timer_from
            self.longest_timer_s = max(self.longest_timer_s, timer_s)
            self._shuts_at = self._now + timer_s
            self._say_state()

    def _say_state(self) -> None:
        if self.is_out_of_reach:
            return
        word = self._words.on if self.is_open else self._words.off
        path = self._words.state.path
        payload = word if path is None else f'{{"{self._filled(path)}": "{word}"}}'
        self._broker.publish(self._filled(self._words.state.topic), payload.encode())

    def _filled(self, template: str) -> str:
        return filled(template, node=self._table.node, output=self._table.output_name)


def _pattern(opening: str) -> re.Pattern[str]:
    """An opening with any number where its timer stands."""
    before, after = PLACES.split(opening)[0::2]
    return re.compile(f"{re.escape(before)}(?P<seconds>\\d+){re.escape(after)}")
