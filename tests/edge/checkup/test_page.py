"""What the doctor says of the page in the greenhouse."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from edge import pin
from edge.checkup import page
from edge.checkup.finding import Finding, Level
from edge.config_panel import LocalPage
from tests.edge.checkup.pi import Pi

DATA = Path("/var/lib/vuonso")
PAGE = LocalPage(names=("vuonso.local", "tuoi.lan"))


@pytest.fixture
def pi(tmp_path: Path) -> Pi:
    pi = Pi.installed(tmp_path)
    pi.write("etc/hostname", "vuonso\n")
    (pi.root / "var/lib/vuonso").mkdir(parents=True)
    return pi


def promised(pi: Pi, section: LocalPage | None = PAGE) -> dict[str, Finding]:
    return {f.code: f for f in page.promised(section, pi.machine, DATA)}


def test_it_tells_the_address_and_every_name_that_is_let_in(pi: Pi) -> None:
    finding = promised(pi)["page"]
    assert "http://vuonso.local:8080" in finding.vi
    assert "vuonso.local, tuoi.lan" in finding.en


def test_without_names_the_address_is_what_is_left(pi: Pi) -> None:
    pi.remove("etc/hostname")
    assert "http://<IP>:8080" in promised(pi, LocalPage(names=()))["page"].en


def test_a_board_without_a_page_is_told_what_that_costs(pi: Pi) -> None:
    found = promised(pi, None)
    assert {code: f.level for code, f in found.items()} == {"no_page": Level.OFF}


def test_a_machine_whose_own_name_would_be_refused_is_told_to_add_it(pi: Pi) -> None:
    pi.write("etc/hostname", "Raspberrypi\n")
    finding = promised(pi)["page_name_unknown"]
    assert finding.level is Level.LOOK
    assert finding.facts == {"name": "raspberrypi.local"}


def test_a_page_without_a_pin_waters_for_nobody(pi: Pi) -> None:
    assert promised(pi)["no_pin"].level is Level.OFF
    pin.save(pin.lock("2468"), pi.root / "var/lib/vuonso" / pin.FILE)
    assert promised(pi)["pin_chosen"].level is Level.OK
    pi.write("var/lib/vuonso/pin.json", "{")
    assert promised(pi)["pin_broken"].level is Level.LOOK


class Answering(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_words: object) -> None: ...


class Failing(Answering):
    status = 503


@contextmanager
def served(handler: type[Answering]) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answers(port: int, *, agent_runs: bool) -> list[str]:
    return [f.code for f in page.answers(LocalPage(port=port), agent_runs=agent_runs)]


def free_port() -> int:
    with socket.create_server(("", 0)) as server:
        return int(server.getsockname()[1])


def test_the_running_agents_page_is_asked() -> None:
    with served(Answering) as port:
        assert answers(port, agent_runs=True) == ["page_answers"]
    with served(Failing) as port:
        assert answers(port, agent_runs=True) == ["page_silent"]
    assert answers(free_port(), agent_runs=True) == ["page_silent"]


def test_before_a_start_a_taken_port_is_told() -> None:
    with served(Answering) as port:
        assert answers(port, agent_runs=False) == ["page_port_taken"]
    assert answers(free_port(), agent_runs=False) == []


def test_any_port_is_nobodys_to_ask() -> None:
    assert answers(0, agent_runs=True) == []
