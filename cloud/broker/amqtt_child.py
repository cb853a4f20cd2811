"""The stand-in broker as a process of its own: `python -m cloud.broker.amqtt_child DIR PORT`.

For a demonstration on a machine without Mosquitto: loopback only, the same passwords and rules,
and nothing kept when it ends, which the devices' own stores repair.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amqtt.broker import Broker
from amqtt.contexts import Action, BrokerConfig, ListenerConfig
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from cloud.broker import files, passwords
from wire import topics

_WORKER: Final = "ingest-"
_WATCHER: Final = "watcher"
_MODULE: Final = "cloud.broker.amqtt_child"


class Gate(BaseAuthPlugin):
    """Lets in who knows the password, under the own name, with a will on an own topic."""

    @dataclass
    class Config:
        """Where the password file is."""

        folder: str

    async def authenticate(self, *, session: Session) -> bool | None:
        name, password = session.username, session.password
        hashed = read_passwords(Path(self.config.folder)).get(name or "")
        if not name or not password or hashed is None or session.client_id != name:
            return False
        if session.will_flag and not may(name, session.will_topic or "", Action.PUBLISH):
            return False
        return passwords.verify(password, hashed)


class Rules(BaseTopicPlugin):
    """Lets a device write below its own `up` and read below its own `dn`."""

    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool | None:
        name = session.username if session else None
        return bool(name and topic and action and may(name, topic, action))


def may(name: str, topic: str, action: Action) -> bool:
    """The rules of the access file, for a topic or a filter."""
    return any(
        within(topic, allowed) for allowed in _allowed(name, writes=action is Action.PUBLISH)
    )


def _allowed(name: str, *, writes: bool) -> Sequence[str]:
    if name.startswith(_WORKER):
        return [f"{topics.ROOT}/+/dn/#" if writes else topics.UP_FILTER]
    if name == _WATCHER:
        down = [topics.down_filter(one) for one in topics.NOBODYS]
        return down if writes else [*down, *(topics.up_filter(one) for one in topics.NOBODYS)]
    return [f"{topics.ROOT}/{name}/{'up' if writes else 'dn'}/#"]


def within(topic: str, allowed: str) -> bool:
    """Whether a topic or filter reaches nothing that `allowed` does not."""
    parts, limits = topic.split("/"), allowed.split("/")
    for place, limit in enumerate(limits):
        if limit == "#":
            return True
        if place >= len(parts) or not _narrower(parts[place], limit):
            return False
    return len(parts) == len(limits)


def read_passwords(folder: Path) -> dict[str, str]:
    lines = (folder / files.PASSWORDS).read_text(encoding="utf-8").splitlines()
    return dict(line.split(":", 1) for line in lines)


def _narrower(part: str, limit: str) -> bool:
    return part == limit or (limit == "+" and part != "#")


async def serve(folder: Path, port: int) -> None:
    """Run until a signal ends it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: None)  # passwords are read at each login
    broker = Broker(
        BrokerConfig(
            listeners={"default": ListenerConfig(bind=f"127.0.0.1:{port}")},
            plugins={
                f"{_MODULE}.Gate": {"folder": str(folder)},
                f"{_MODULE}.Rules": {},
            },
        )
    )
    await broker.start()
    await stop.wait()
    await broker.shutdown()


def main(words: Sequence[str]) -> None:
    folder, port = words
    asyncio.run(serve(Path(folder), int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
