"""The whole way with nothing pretended: service, Mosquitto over TLS, command, connection."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cloud.broker.kinds import free_port
from cloud.clock import SystemClock
from edge.uplink import trust
from tests.cloud.conftest import DEADLINE_S
from tests.cloud.joining.conftest import BOARD
from wire.identity import Identity, load

ROOT = Path(__file__).resolve().parents[3]
VUONSO = [sys.executable, "-m", "vuonso"]
PASSWORD = "mưa xuân về"
Until = Callable[[Callable[[], bool]], None]

pytestmark = pytest.mark.skipif(
    not shutil.which("mosquitto", path="/usr/sbin:/usr/bin"), reason="mosquitto is not installed"
)


@dataclass
class Service:
    """`vuonso cloud serve` on a fresh database, and its first manager's browser."""

    origin: str
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [*VUONSO, *words], env=self.environment, cwd=ROOT, capture_output=True, check=True
        )
        return done.stdout.decode()

    @property
    def authority(self) -> Path:
        return Path(self.environment["VUONSO_DATA_DIR"]).parent / "broker" / "ca.pem"

    def manager(self) -> httpx2.Client:
        client = httpx2.Client(
            base_url=self.origin, headers={"Origin": self.origin}, follow_redirects=True
        )
        link = self.command(
            "cloud", "first-manager", "--cooperative", "HTX Mới", "--name", "Chị Hai"
        )
        join = {"phone": "0912345678", "password": PASSWORD, "agreed": "yes"}
        place = {"name": "Nhà cô Tư", "address": "Thôn 2, xã Thử"}
        zone = {"name": "Khu 1", "crop": "Dưa lưới", "plants": "60", "planted_on": "2026-01-01"}
        client.post(link.strip().removeprefix(self.origin), data=join)
        client.post("/htx/trang-trai", data=place)
        farm = self._first(client, r"/htx/trang-trai/(\w+)/nha")
        client.post(f"/htx/trang-trai/{farm}/nha", data={"name": "Nhà màng 1"})
        client.post(f"/htx/nha/{self.house(client)}/khu", data=zone)
        return client

    def house(self, client: httpx2.Client) -> str:
        return self._first(client, r"/htx/nha/(\w+)/khu")

    @staticmethod
    def _first(client: httpx2.Client, pattern: str) -> str:
        return str(re.findall(pattern, client.get("/htx/trang-trai").text)[0])


@pytest.fixture
def service(tmp_path: Path, until: Until) -> Iterator[Service]:
    origin = f"http://127.0.0.1:{free_port()}"
    environment = {
        "PATH": os.environ["PATH"],
        "VUONSO_DATA_DIR": str(tmp_path / "cloud"),
        "VUONSO_PUBLIC_URL": origin,
        "VUONSO_BROKER": "mosquitto",
        "VUONSO_BROKER_HOST": "127.0.0.1",
        "VUONSO_BROKER_TLS_PORT": str(free_port()),
    }
    subprocess.run([*VUONSO, "cloud", "migrate"], env=environment, cwd=ROOT, check=True)
    words = [*VUONSO, "cloud", "serve", "--port", origin.rsplit(":", 1)[1]]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
        until(lambda: ready(origin))
        yield Service(origin, environment, process)
        process.send_signal(signal.SIGTERM)
        process.wait()


def ready(origin: str) -> bool:
    try:
        said: dict[str, bool] = httpx2.get(f"{origin}/readyz").json()
    except httpx2.TransportError:
        return False
    return said["ready"]


def joined(service: Service, manager: httpx2.Client, folder: Path) -> Identity:
    """By the command as a person uses it, the digits read from the page and typed."""
    words = ["edge", "join", service.origin, "--config", str(BOARD), "--data", str(folder)]
    with subprocess.Popen(
        [*VUONSO, *words],
        env=service.environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as box:
        assert box.stdout is not None
        assert box.stdin is not None
        code = next(line for line in box.stdout if line.startswith("Code")).split(":", 1)[1]
        page = manager.post(f"/htx/nha/{service.house(manager)}/may", data={"code": code})
        (digits,) = re.findall(r'<p class="big">(\d{4})</p>', page.text)
        box.stdin.write(digits + "\n")
        box.stdin.close()
        assert "Nhà màng 1" in box.stdout.read()
    assert box.returncode == 0
    return load(folder / "identity.json")


class Line:
    """A device's connection, as the agent makes it: TLS, the pinned authority, its password."""

    def __init__(self, who: Identity, ca: str | None) -> None:
        self.up, self.down = threading.Event(), threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=who.device)
        self._client.username_pw_set(who.device, who.secret)
        self._client.tls_set_context(trust(ca))
        self._client.on_connect, self._client.on_disconnect = self._connected, self._gone
        host, port = who.brokers[0].removeprefix("mqtts://").rsplit(":", 1)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async(host, int(port))
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(
        self, _c: Client, _d: object, _f: ConnectFlags, reason: ReasonCode, _p: Properties | None
    ) -> None:
        (self.down if reason.is_failure else self.up).set()

    def _gone(
        self, _c: Client, _d: object, _f: DisconnectFlags, _r: ReasonCode, _p: Properties | None
    ) -> None:
        self.down.set()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
@pytest.mark.parametrize(
    ("version", "spoken"), [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)]
)
def test_an_old_version_of_tls_is_refused(
    service: Service, version: ssl.TLSVersion, *, spoken: bool
) -> None:
    context = ssl.create_default_context(cafile=service.authority)
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # else this side would refuse it already
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, version
    place = ("127.0.0.1", int(service.environment["VUONSO_BROKER_TLS_PORT"]))
    with socket.create_connection(place, DEADLINE_S) as line:
        try:
            with context.wrap_socket(line, server_hostname="127.0.0.1") as encrypted:
                heard = encrypted.version()
        except ssl.SSLError:
            heard = None
    assert heard == ("TLSv1.2" if spoken else None)


def test_a_box_joins_a_service_that_runs_and_is_thrown_out_of_it(
    service: Service, tmp_path: Path, until: Until
) -> None:
    with closing(service.manager()) as manager:
        join_and_be_thrown_out(service, manager, tmp_path, until)


def join_and_be_thrown_out(
    service: Service, manager: httpx2.Client, tmp_path: Path, until: Until
) -> None:
    folder = tmp_path / "box"
    folder.mkdir()
    who = joined(service, manager, folder)
    assert (folder / "identity.json").stat().st_mode & 0o777 == 0o600
    line = Line(who, who.ca)
    try:
        until(line.up.is_set)
        line.down.clear()  # it may have knocked before the broker had heard of it
        begun = SystemClock().mono()
        manager.post(f"/htx/may/{who.device}/go")
        until(line.down.is_set)
        assert SystemClock().mono() - begun < 5.0, "requirement 15: within five seconds"
    finally:
        line.close()
    again = Line(who, who.ca)
    try:
        until(again.down.is_set)
        assert not again.up.is_set()
    finally:
        again.close()
