"""The end: asked once, and it comes, whatever hangs and whoever looks on."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, make_url, text
from sqlmodel import Session

from cloud import seed
from cloud.broker.kinds import free_port
from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.schema import migrate
from cloud.settings import Settings
from tests.cloud.conftest import DEADLINE_S
from tests.cloud.postgres import administer

ROOT = Path(__file__).resolve().parents[3]
NAME = "vuonso_ending"
HELD = "account, device, command, audit_head, epoch_state"

Until = Callable[[Callable[[], bool]], None]


@dataclass
class Service:
    """A real process around a real database."""

    process: subprocess.Popen[bytes]
    origin: str
    engine: Engine
    log: Path

    def waiting(self) -> int:
        """How many of its transactions wait for a lock."""
        with self.engine.connect() as connection:
            query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return int(connection.execute(query).scalar_one())

    def children(self) -> list[str]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return listed.read_text(encoding="ascii").split()

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.origin}/readyz").status_code == 200
        except httpx2.TransportError:
            return False


@pytest.fixture
def url(postgres_url: str) -> Iterator[str]:
    administer(postgres_url, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    administer(postgres_url, f"CREATE DATABASE {NAME}")
    yield make_url(postgres_url).set(database=NAME).render_as_string(hide_password=False)
    administer(postgres_url, f"DROP DATABASE {NAME} WITH (FORCE)")


@pytest.fixture
def seeded(url: str, tmp_path: Path) -> Iterator[tuple[Engine, Settings, seed.Seed]]:
    origin = f"http://127.0.0.1:{free_port()}"
    settings = Settings(
        data_dir=tmp_path / "cloud", database_url=url, demo=True, public_url=origin
    )
    engine = make_engine(url)
    migrate(engine)
    with Session(writing(engine)) as session, session.begin():
        made = seed.seed(session, settings, SystemClock().now())
    yield engine, settings, made
    engine.dispose()


@pytest.fixture
def service(
    seeded: tuple[Engine, Settings, seed.Seed], tmp_path: Path, until: Until
) -> Iterator[Service]:
    engine, settings, _made = seeded
    environment = {
        "PATH": os.environ["PATH"],
        "VUONSO_DATA_DIR": str(settings.data_dir),
        "VUONSO_DATABASE_URL": settings.database_url,
        "VUONSO_DEMO": "true",
        "VUONSO_PUBLIC_URL": settings.public_url,
    }
    port = settings.public_url.rsplit(":", 1)[1]
    words = [sys.executable, "-m", "vuonso", "cloud", "serve", "--port", port]
    path = tmp_path / "log"
    with path.open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
        found = Service(process, settings.public_url, engine, path)
        try:
            until(found.is_ready)
            yield found
        finally:
            process.kill()
            process.wait()


def test_it_ends_though_the_database_hangs_and_somebody_looks_on(
    service: Service, seeded: tuple[Engine, Settings, seed.Seed], until: Until
) -> None:
    made, children = seeded[2], service.children()
    assert children, "the broker"
    with httpx2.Client(
        base_url=service.origin, headers={"Origin": service.origin}, timeout=60
    ) as phone:
        assert phone.post(made.login_link).status_code == 303
        with phone.stream("GET", f"/vuon/{made.greenhouse}/live") as stream:
            assert "event: state" in next(stream.iter_text())
            with service.engine.begin() as holder:
                holder.execute(text(f"LOCK TABLE {HELD} IN ACCESS EXCLUSIVE MODE"))
                hanging = threading.Thread(target=_ask, args=(phone, made.greenhouse))
                hanging.start()
                until(lambda: service.waiting() >= 3)
                service.process.send_signal(signal.SIGTERM)
                service.process.send_signal(signal.SIGTERM)
                assert service.process.wait(timeout=DEADLINE_S) == 0
            hanging.join()
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
    assert "not waited for any longer: ingest" in service.log.read_text("utf-8")


def _ask(phone: httpx2.Client, greenhouse: str) -> None:
    with contextlib.suppress(httpx2.TransportError):
        phone.get(f"/vuon/{greenhouse}")
