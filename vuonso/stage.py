"""The demonstration's programs: the cloud with its broker, the greenhouse with its agent."""

import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from vuonso.children import Child, Children
from vuonso.client import Browser, Json
from vuonso.place import Place
from vuonso.waiting import Patience

COMMAND: Final = (sys.executable, "-m", "vuonso")
START_S: Final = 60.0  # imports and migrations on a Pi's card
# A day takes seconds on a laptop; a Pi and a broker under load get their time.
FORWARD_BASE_S: Final = 120.0
FORWARD_S_PER_HOUR: Final = 30.0


def environment(place: Place, host: str, port: int) -> dict[str, str]:
    """Return the settings of all programs of one demonstration."""
    return {
        "VUONSO_DATA_DIR": str(place.cloud),
        "VUONSO_PUBLIC_URL": f"http://{host}:{port}",
        "VUONSO_DEMO": "true",
        "PYTHONUNBUFFERED": "1",
    }


@dataclass(frozen=True)
class Stage:
    """Where the programs run and how they are reached."""

    place: Place
    host: str
    port: int
    children: Children
    patience: Patience
    started: float

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    def seconds(self) -> float:
        """Return how long this demonstration has been running."""
        return round(self.patience.clock.net() - self.started, 1)

    def seed(self) -> None:
        """Make the demonstration's cooperative and its device's identity, once per folder."""
        if not self.place.identity.exists():
            self.children.run("seed", [*COMMAND, "cloud", "seed-demo"], START_S)

    def login_link(self) -> str:
        """Return a new link that logs the farmer in once."""
        said = self.children.run("login", [*COMMAND, "cloud", "login-link"], START_S)
        return said.strip().splitlines()[-1]

    def serve(self) -> None:
        listen = ["--host", self.host, "--port", str(self.port)]
        self.children.start("cloud", [*COMMAND, "cloud", "serve", *listen])
        browser = Browser(self.origin)
        self.patience.until("the cloud to be ready", lambda: browser.get("/readyz").ok, START_S)

    def grow(self, words: Sequence[str]) -> Child:
        """Start the greenhouse with the agent in it."""
        self.place.sim_summary.unlink(missing_ok=True)
        folder = ["--data", str(self.place.folder)]
        return self.children.start("greenhouse", [*COMMAND, "sim", "agent", *folder, *words])

    def catch_up(self, hours: float) -> Json:
        """Wait until the greenhouse has lived through its past; return what it told."""
        within = FORWARD_BASE_S + FORWARD_S_PER_HOUR * hours
        return self.patience.until("the greenhouse to reach now", self.sim_summary, within)

    def rows_on_edge(self) -> int:
        """Count what the agent produced where it keeps it, without asking the agent."""
        address = f"file:{self.place.edge_store}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as store:
            rows: int = store.execute("SELECT count(*) FROM outbox").fetchone()[0]
        return rows

    def sim_summary(self) -> Json | None:
        """Return what the greenhouse wrote last, if it has."""
        path = self.place.sim_summary
        found: Json | None = json.loads(path.read_text("utf-8")) if path.exists() else None
        return found
