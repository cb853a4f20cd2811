"""A private Mosquitto and a cloud of a few lines that stores rows and says so."""

import getpass
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from edge.drain import spans
from tests.edge.rig import Rig
from wire import backfill, codec
from wire.backfill import Backfill
from wire.messages import Ack, Birth
from wire.topics import UP_FILTER, Down, Up, down, parse

BINARY = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
PATIENCE_S = 30.0


def until(condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Poll a real condition until it holds."""
    deadline = time.perf_counter() + patience_s
    pause = threading.Event()
    while not condition():
        assert time.perf_counter() < deadline, "waited in vain"
        pause.wait(0.02)


class Broker:
    """A Mosquitto child process on loopback; it can be killed and started again."""

    def __init__(self, folder: Path, name: str = "broker", lines: tuple[str, ...] = ()) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._config = folder / f"{name}.conf"
        own = f"user {getpass.getuser()}"  # else root's broker gives up reading our folder
        wanted = [f"listener {self.port} 127.0.0.1", "allow_anonymous true", own, *lines]
        self._config.write_text("\n".join(wanted) + "\n")
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        assert BINARY is not None
        self._process = subprocess.Popen(
            [BINARY, "-c", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(self._listens)
        except AssertionError:
            self.kill()
            raise

    def kill(self) -> None:
        """No goodbye, no persistence."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Cloud:
    """Keeps every row by its number; acks like the ingest worker, unless told to be silent."""

    def __init__(self, port: int, device: str) -> None:
        self.device = device
        self.rows: dict[int, dict[str, object]] = {}
        self.contradicted: list[int] = []
        """Numbers that came twice, and not with the same words."""
        self.births: list[Birth] = []
        self.messages: list[tuple[Up, bytes]] = []
        self.silent = False
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="ingest-1")
        self._client.on_message = self._on_message
        self._client.on_connect = lambda client, *_: client.subscribe(UP_FILTER, qos=1)
        listening = threading.Event()
        self._client.on_subscribe = lambda *_: listening.set()
        self._client.reconnect_delay_set(1, 1)  # a killed broker is back within seconds
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert listening.wait(PATIENCE_S)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, kind: Down, payload: bytes) -> None:
        self._client.publish(down(self.device, kind), payload, qos=1).wait_for_publish(5)

    def payloads(self, kind: Up) -> list[bytes]:
        return [payload for got, payload in self.messages if got is kind]

    def ack(self) -> None:
        birth = self.births[-1]
        kept = list(self.rows)  # whole at once: two clouds may share one store
        first, *islands = spans([0, *sorted(kept)])
        body = Ack(
            e=birth.epoch,
            upto=first[1],
            have=tuple(islands),
            nonce=birth.nonce,
            now=1_800_000_000_000,
        )
        self._client.publish(down(self.device, Down.ACK), codec.encode(body))

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        kind, payload = parse(message.topic).kind, bytes(message.payload)
        assert isinstance(kind, Up)
        self.messages.append((kind, payload))
        if kind is Up.BIRTH:
            self.births.append(codec.decode(Birth, payload))
        elif kind is Up.BACKFILL:
            self._keep(backfill.unpack(codec.decode(Backfill, payload)))
        elif kind in {Up.LIVE, Up.EVENT}:
            self._keep(codec.split_rows(payload))
        if not self.silent and self.births and kind is not Up.ASK:
            self.ack()

    def _keep(self, rows: list[bytes]) -> None:
        for row in rows:
            body = json.loads(row)
            if self.rows.setdefault(body["s"], body) != body:
                self.contradicted.append(body["s"])


class Town:
    """Brokers, clouds and agents of one test; whatever becomes of the test, none outlives it."""

    def __init__(self, folder: Path, at_the_end: ExitStack) -> None:
        self._folder, self._at_the_end = folder, at_the_end

    def broker(self, name: str = "broker", lines: tuple[str, ...] = ()) -> Broker:
        broker = Broker(self._folder, name, lines)
        self._at_the_end.callback(broker.kill)
        return broker

    def cloud(self, broker: Broker, device: str) -> Cloud:
        cloud = Cloud(broker.port, device)
        self._at_the_end.callback(cloud.close)
        return cloud

    def agent(self, *brokers: str, name: str = "", ca: str | None = None) -> Rig:
        """An agent that knows these brokers and has not started yet."""
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        rig = Rig(folder, brokers, ca=ca)
        self._at_the_end.callback(rig.close)
        return rig
