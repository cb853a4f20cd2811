"""amqtt as it comes, with its own password and access plugins: what the suite must find open.

A process of its own: `python -m tests.cloud.rogue.stock FOLDER PORT`.
"""

import asyncio
import sys
from pathlib import Path

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig
from pwdlib.hashers.argon2 import Argon2Hasher

from tests.cloud.rogue.scene import NEWCOMER, PROBE, ROGUE, VICTIM, WORKER
from wire import topics

ACCOUNTS = (ROGUE, VICTIM, NEWCOMER, WORKER, PROBE)
DEVICES = (ROGUE, VICTIM, NEWCOMER)
WRITES = {one.name: [f"{topics.ROOT}/{one.name}/up/#"] for one in DEVICES}
READS = {one.name: [topics.down_filter(one.name)] for one in DEVICES}
RULES = {
    "publish_acl": {**WRITES, WORKER.name: [f"{topics.ROOT}/+/dn/#"]},
    "acl": {**READS, WORKER.name: [topics.UP_FILTER]},
}
"""What Mosquitto's access file says, in the words of this library."""


async def serve(folder: Path, port: int) -> None:
    quick = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    lines = [f"{one.name}:{quick.hash(one.password)}\n" for one in ACCOUNTS]
    (folder / "passwd").write_text("".join(lines), encoding="utf-8")
    broker = Broker(
        BrokerConfig(
            listeners={"default": ListenerConfig(bind=f"127.0.0.1:{port}")},
            plugins={
                "amqtt.plugins.authentication.FileAuthPlugin": {
                    "password_file": str(folder / "passwd")
                },
                "amqtt.plugins.topic_checking.TopicAccessControlListPlugin": RULES,
            },
        )
    )
    await broker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
