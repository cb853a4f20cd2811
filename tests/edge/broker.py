"""A private Mosquitto and a cloud of a few lines that stores rows and says so."""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

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

    def __init__(self, folder: Path, name: str = "broker") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._config = folder / f"{name}.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
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
        until(self._listens)

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
        self.births: list[Birth] = []
        self.messages: list[tuple[Up, bytes]] = []
        self.silent = False
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="ingest-1")
        self._client.on_message = self._on_message
        self._client.on_connect = lambda client, *_: client.subscribe(UP_FILTER, qos=1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, kind: Down, payload: bytes) -> None:
        self._client.publish(down(self.device, kind), payload, qos=1).wait_for_publish(5)

    def payloads(self, kind: Up) -> list[bytes]:
        return [payload for got, payload in self.messages if got is kind]

    def ack(self) -> None:
        birth = self.births[-1]
        upto = 0
        while upto + 1 in self.rows:
            upto += 1
        body = Ack(e=birth.epoch, upto=upto, nonce=birth.nonce, now=1_800_000_000_000)
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
            self.rows[body["s"]] = body
