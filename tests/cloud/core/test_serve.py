"""The whole service as one process, from the first request to the last."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from cloud.broker.kinds import free_port
from tests.edge.broker import BINARY, Broker

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "vuonso", "cloud"]

Process = subprocess.Popen[bytes]


@pytest.fixture
def origin() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def inside() -> str:
    """Where the service tells of itself in detail."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def environment(tmp_path: Path, origin: str, inside: str) -> dict[str, str]:
    return {
        "VUONSO_INTERNAL_PORT": inside.rsplit(":", 1)[1],
        "PATH": os.environ["PATH"],
        "VUONSO_DATA_DIR": str(tmp_path / "cloud"),
        "VUONSO_DEMO": "true",
        "VUONSO_PUBLIC_URL": origin,
    }


@pytest.fixture
def served(environment: dict[str, str], origin: str, tmp_path: Path) -> Iterator[Process]:
    log = (tmp_path / "log").open("wb")
    words = [*COMMAND, "serve", "--port", origin.rsplit(":", 1)[1]]
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
    yield process
    process.terminate()
    process.wait()
    log.close()


def vitals(origin: str) -> dict[str, bool]:
    """What the service says of itself on its internal port; nothing before it listens."""
    try:
        said = httpx2.get(f"{origin}/readyz").json()
    except httpx2.TransportError:
        return {}
    return {vital["name"]: vital["ok"] for vital in said["vitals"]}


def public(origin: str) -> tuple[int, object]:
    answer = httpx2.get(f"{origin}/readyz")
    return answer.status_code, answer.json()


def whole(said: dict[str, bool]) -> bool:
    """Everything that `serve` adds is there and well."""
    return {"database", "schema", "disk", "pages", "broker", "ingest", "rules", "canary"} <= set(
        said
    ) and all(said.values())


def children(process: Process) -> list[str]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return path.read_text(encoding="ascii").split()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_comes_up_whole_and_goes_down_clean(
    served: Process,
    origin: str,
    inside: str,
    until: Callable[[Callable[[], bool]], None],
    number: signal.Signals,
) -> None:
    until(lambda: whole(vitals(inside)))
    assert public(origin) == (200, {"ready": True})
    (broker,) = children(served)
    served.send_signal(number)
    assert served.wait() == 0
    assert not Path(f"/proc/{broker}").exists()


def test_a_lost_broker_is_told_inside_in_detail_and_outside_in_a_word(
    served: Process, origin: str, inside: str, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: whole(vitals(inside)))
    assert httpx2.get(f"{inside}/metrics").text.count("\nvuonso_vital_ok{") >= len(vitals(inside))
    assert httpx2.get(f"{origin}/metrics").status_code == 404
    (broker,) = children(served)
    os.kill(int(broker), signal.SIGKILL)
    until(lambda: not vitals(inside)["broker"] and not vitals(inside)["ingest"])
    assert vitals(inside)["database"]
    assert public(origin) == (503, {"ready": False})


@pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
def test_a_broker_without_rules_makes_the_service_unready(
    environment: dict[str, str],
    inside: str,
    tmp_path: Path,
    until: Callable[[Callable[[], bool]], None],
) -> None:
    """Not one of ours: what an operator names, as ten lines of a manual leave it."""
    origin = environment["VUONSO_PUBLIC_URL"]
    broker = Broker(tmp_path)
    words = [*COMMAND, "serve", "--port", origin.rsplit(":", 1)[1]]
    log = tmp_path / "log"
    with (
        log.open("wb") as file,
        ended(
            subprocess.Popen(
                words,
                cwd=ROOT,
                env={**environment, "VUONSO_BROKER": broker.url},
                stdout=file,
                stderr=file,
            ),
            broker,
        ),
    ):
        until(lambda: vitals(inside).get("ingest", False))
        until(lambda: b"lets any device" in log.read_bytes())
        assert [name for name, well in vitals(inside).items() if not well] == ["rules"]
        assert public(origin) == (503, {"ready": False})


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of the death")
def test_after_a_kill_nothing_is_left_and_the_next_start_finds_its_port(
    environment: dict[str, str],
    inside: str,
    tmp_path: Path,
    until: Callable[[Callable[[], bool]], None],
) -> None:
    """The kernel ends the broker, on which the port of the next one depends."""
    fixed = {**environment, "VUONSO_BROKER_PORT": str(free_port())}
    words = [*COMMAND, "serve", "--port", environment["VUONSO_PUBLIC_URL"].rsplit(":", 1)[1]]
    with (tmp_path / "log").open("wb") as log:
        first = subprocess.Popen(words, cwd=ROOT, env=fixed, stdout=log, stderr=log)
        until(lambda: whole(vitals(inside)))
        (broker,) = children(first)
        first.kill()
        first.wait()
        second = subprocess.Popen(words, cwd=ROOT, env=fixed, stdout=log, stderr=log)
        until(lambda: whole(vitals(inside)))
        assert not Path(f"/proc/{broker}").exists()
        assert children(second) != [broker]
        second.terminate()
        assert second.wait() == 0


@contextmanager
def ended(process: Process, broker: Broker) -> Iterator[None]:
    """Whatever becomes of the block, neither outlives it."""
    try:
        yield
    finally:
        process.terminate()
        process.wait()
        broker.kill()
