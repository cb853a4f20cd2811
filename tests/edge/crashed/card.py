"""What may be on a card when the power goes: the synced, and by chance some of the rest.

Of writes and cuts that no fsync of their file has covered, each one is there, is not, or is torn
between two sectors, in any mixture. Of names that no fsync of the folder has covered, the first
few are there: file systems that keep a log of names keep their order.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.edge.crashed.tape import Act, Create, Cut, Kept, Rename, Sync, Unlink, Write

SECTOR: Final = 512
ARRIVED, TORN = 0.45, 0.2
"""Chances of an unsynced write to be there in full, or in part."""

Image = Mapping[str, bytes]
Content = Write | Cut
Naming = Create | Rename | Unlink


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    size: int = 0
    pending: list[Content] = field(default_factory=list)


class Card:
    """Takes one act after another, and tells what a cut would leave."""

    def __init__(self) -> None:
        self.kept = 0
        self._files: list[_File] = []
        self._durable: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._naming: list[dict[str, int]] = []
        """The folder after each change of a name that is not synced."""

    @property
    def is_settled(self) -> bool:
        """Whether a cut now can leave one image only."""
        return not self._naming and not any(file.pending for file in self._files)

    def take(self, act: Act) -> None:
        match act:
            case Kept(step):
                self.kept = step
            case Sync("."):
                self._durable, self._naming = dict(self._seen), []
            case Sync(name):
                self._sync(self._file(name))
            case Write() | Cut():
                self._content(act)
            case Create() | Rename() | Unlink():
                self._name(act)

    def cut(self, chance: random.Random) -> Image:
        """One image that a cut now may leave."""
        shown = chance.randint(0, len(self._naming))
        names = self._naming[shown - 1] if shown else self._durable
        return {name: bytes(_drawn(self._files[number], chance)) for name, number in names.items()}

    def _file(self, name: str) -> _File:
        return self._files[self._seen[name]]

    def _content(self, act: Content) -> None:
        file = self._file(act.name)
        if isinstance(act, Cut):
            file.size = act.size
        else:
            at = file.size if act.at is None else act.at
            act = Write(act.name, at, act.octets)
            file.size = max(file.size, at + len(act.octets))
        file.pending.append(act)

    def _name(self, act: Naming) -> None:
        match act:
            case Create(name):
                if name in self._seen:
                    return
                self._seen[name] = len(self._files)
                self._files.append(_File())
            case Rename(old, new):
                self._seen[new] = self._seen.pop(old)
            case Unlink(name):
                del self._seen[name]
        self._naming.append(dict(self._seen))

    def _sync(self, file: _File) -> None:
        for act in file.pending:
            _apply(file.durable, act)
        file.pending = []


def unsettled(acts: Iterable[Act]) -> int:
    """After how many of the acts a cut has a choice."""
    card, count = Card(), 0
    for act in acts:
        card.take(act)
        count += not card.is_settled
    return count


def cuts(acts: Iterable[Act], per_act: int, chance: random.Random) -> Iterator[tuple[int, Image]]:
    """After each act so many cuts, one where there is no choice: the step kept, and the image."""
    card = Card()
    for act in acts:
        card.take(act)
        for _ in range(1 if card.is_settled else per_act):
            yield card.kept, card.cut(chance)


def _drawn(file: _File, chance: random.Random) -> bytearray:
    content = bytearray(file.durable)
    for act in file.pending:
        luck = chance.random()
        if luck < ARRIVED:
            _apply(content, act)
        elif luck < ARRIVED + TORN and isinstance(act, Write):
            _apply(content, _torn(act, chance))
    return content


def _torn(write: Write, chance: random.Random) -> Write:
    """The part up to a sector's end."""
    sectors = chance.randint(0, len(write.octets) // SECTOR)
    return Write(write.name, write.at, write.octets[: sectors * SECTOR])


def _apply(content: bytearray, act: Content) -> None:
    size, at = len(content), 0
    if isinstance(act, Cut):
        content[:] = content[: act.size] + bytes(max(0, act.size - size))
        return
    at = act.at or 0
    if act.octets:
        content.extend(bytes(max(0, at - size)))
        content[at : at + len(act.octets)] = act.octets
