"""A box on the bench, a telephone in the hand, and the cloud between them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI

from cloud.settings import Settings
from edge.config import Hardware
from edge.config_file import load
from edge.join import Door, join
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded
from wire.identity import Identity
from wire.identity import load as identity_at
from wire.joining import Joined

CLAIM = "/htx/noi-may"
HEADERS = {"Content-Type": "application/json", "Origin": "http://testserver"}
BOARD = Path(__file__).resolve().parents[3] / "deploy" / "hardware.example.toml"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A broker that devices out there reach."""
    return Settings(
        data_dir=tmp_path / "cloud",
        public_url="http://testserver",
        broker_host="broker.example",
        demo=True,
    )


@dataclass
class Telephone:
    """Somebody who is logged in, with the page of joining open."""

    client: TestClient
    greenhouse: str
    page: str = ""

    def ask_for(self, code: str) -> int:
        answer = self.client.post(f"/htx/nha/{self.greenhouse}/may", data={"code": code})
        self.page = answer.url.path
        return answer.status_code

    @property
    def digits(self) -> str:
        (found,) = re.findall(r'<p class="big">(\d{4})</p>', self.client.get(self.page).text)
        return str(found)


@dataclass
class Box:
    """A Raspberry Pi and what its screen says; `typed` answers what it asks."""

    folder: Path
    door: Door
    hardware: Hardware
    said: list[str] = field(default_factory=list)

    @property
    def who(self) -> Path:
        return self.folder / "identity.json"

    @property
    def code(self) -> str:
        (line,) = [one for one in self.said if one.startswith("Code")][-1:]
        return line.split(":", 1)[1].strip()

    @property
    def identity(self) -> Identity:
        return identity_at(self.who)

    def join(self, typed: Callable[[], str]) -> Joined:
        def say(words: object) -> None:
            self.said.append(str(words))

        return join(self.hardware, self.door, self.who, say, lambda _question: typed())


def script(*steps: Callable[[], str]) -> Callable[[], str]:
    """What a person types, one answer after the other."""
    left: Iterator[Callable[[], str]] = iter(steps)

    def answer() -> str:
        return next(left)()

    return answer


@pytest.fixture
def telephone(as_manager: TestClient, seeded: Seeded) -> Telephone:
    return Telephone(as_manager, seeded.greenhouse.public_id)


@pytest.fixture
def new_box(app: FastAPI, tmp_path: Path) -> Callable[[str], Box]:
    client = TestClient(app, raise_server_exceptions=False)

    def post(path: str, body: bytes) -> tuple[int, bytes]:
        answer = client.post(path, content=body, headers=HEADERS)
        return answer.status_code, answer.content

    def made(name: str) -> Box:
        folder = tmp_path / name
        folder.mkdir()
        hardware = load(BOARD)
        second = hardware.zones[0].model_copy(update={"key": "z2"})
        both = hardware.model_copy(update={"zones": (*hardware.zones, second)})
        return Box(folder, Door("http://testserver", post), both)

    return made


@pytest.fixture
def box(new_box: Callable[[str], Box]) -> Box:
    return new_box("box")
