"""The page over real sockets: what a telephone sees and does, and what strangers cannot."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from edge import pin
from edge.local_page import MOST_AT_ONCE, MOST_OF_ONE
from edge.page_door import FORM
from tests.edge.broker import until
from tests.edge.rig import DRY, Rig
from wire.codes import EventKind, Op

PIN = "2468"
PAGE = "\n[page]\nport = 0\n"
MOST_BYTES = 15_000


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]


class Telephone:
    """A browser in the greenhouse; a thread moves the agent while it waits."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        port = rig.runtime.page.port if rig.runtime.page else None
        assert port is not None
        self.port: int = port

    def get(self, path: str, host: str | None = None) -> Answer:
        return self._ask("GET", path, None, {"Host": host or self.host})

    def post(
        self,
        path: str,
        *,
        origin: str | None = "own",
        address: str = "127.0.0.1",
        **fields: str,
    ) -> Answer:
        headers = {"Host": self.host, "Content-Type": FORM}
        if origin is not None:
            headers["Origin"] = f"http://{self.host}" if origin == "own" else origin
        return self._ask("POST", path, urlencode(fields), headers, address)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _ask(
        self,
        verb: str,
        path: str,
        body: str | None,
        headers: dict[str, str],
        address: str = "127.0.0.1",
    ) -> Answer:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=10, source_address=(address, 0)
        )
        connection.request(verb, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, text, dict(answer.getheaders()))


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Telephone]:
    rig = Rig(tmp_path, more=PAGE)
    pin.save(pin.lock(PIN), tmp_path / pin.FILE)
    rig.seconds(20)
    page = rig.runtime.page
    assert page is not None
    page.start()
    stop = threading.Event()

    def attend() -> None:
        while not stop.wait(0.002):
            rig.runtime.agent.attend()

    loop = threading.Thread(target=attend)
    loop.start()
    yield Telephone(rig)
    stop.set()
    loop.join()
    rig.close()


def test_it_tells_how_each_zone_stands_and_why_it_does_not_water(phone: Telephone) -> None:
    answer = phone.get("/")
    assert answer.status == 200
    assert '<html lang="vi">' in answer.text
    assert "Khu z1" in answer.text
    assert "Luống &lt;giếng&gt; &amp; ao" in answer.text
    assert "Không tưới vì: đất đủ ẩm, chưa cần tưới." in answer.text
    assert "DỪNG NƯỚC" in answer.text
    assert "Mất mạng. Máy vẫn tự tưới." in answer.text
    assert len(answer.text.encode()) < MOST_BYTES


def test_it_speaks_english(phone: Telephone) -> None:
    answer = phone.get("/en")
    assert "Not watering because: the soil is moist enough." in answer.text
    assert "STOP WATER" in answer.text


def test_programs_read_it_too(phone: Telephone) -> None:
    told = json.loads(phone.get("/status.json").text)
    assert [zone["key"] for zone in told["zones"]] == ["z1", "z2"]
    assert [zone["name"] for zone in told["zones"]] == [None, "Luống <giếng> & ao"]
    assert told["zones"][0]["reason"] == "wet_enough"


def test_no_script_and_nothing_foreign_may_run_in_it(phone: Telephone) -> None:
    answer = phone.get("/")
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Python" not in answer.headers["Server"]


def test_stop_needs_no_pin_and_shuts_every_valve(phone: Telephone) -> None:
    phone.rig.runtime.valves.open("z1", 60, 10)
    answer = phone.post("/stop")
    assert answer.status == 200
    assert "Đã đóng mọi van." in answer.text
    assert phone.rig.open == set()
    assert phone.rig.runtime.agent._house.hold
    assert phone.rig.events(EventKind.STOPPED)[0]["by"] == "page"


def test_water_needs_the_pin_and_passes_the_rules_of_every_dose(phone: Telephone) -> None:
    assert phone.post("/water", zone="z1", minutes="3", pin="0000").status == 403
    assert phone.post("/water", zone="z1", minutes="3", pin=PIN).status == 200
    accepted = phone.rig.events(EventKind.COMMAND_ACCEPTED)
    assert [(e["by"], e["zone"], e["max_s"]) for e in accepted] == [("page", "z1", 180.0)]
    again = phone.post("/water", zone="z1", minutes="3", pin=PIN)
    assert again.status == 409
    assert "Khu này đang tưới rồi." in again.text


def test_after_a_stop_only_the_pin_lets_water_flow_again(phone: Telephone) -> None:
    phone.post("/stop")
    refused = phone.post("/water", zone="z1", minutes="3", pin=PIN)
    assert "Nước đang dừng theo lệnh." in refused.text
    assert phone.post("/resume", pin="1357").status == 403
    assert phone.rig.runtime.agent._house.hold
    assert phone.post("/resume", pin=PIN).status == 200
    assert not phone.rig.runtime.agent._house.hold


def test_guessing_ends_after_five_tries_and_stop_still_works(phone: Telephone) -> None:
    for _ in range(5):
        assert "Mã PIN sai." in phone.post("/resume", pin="1357").text
    assert "Đợi 60 giây." in phone.post("/resume", pin=PIN).text
    assert phone.post("/stop").status == 200


def test_guesses_of_a_neighbour_do_not_shut_out_the_farmer(phone: Telephone) -> None:
    for _ in range(40):
        phone.post("/resume", pin="1357", address="127.0.0.66")
    assert phone.post("/resume", pin=PIN, address="127.0.0.66").status == 403
    assert phone.post("/resume", pin=PIN).status == 200


def test_a_telephone_that_guessed_all_day_is_told_of_the_buttons(phone: Telephone) -> None:
    for _ in range(4):
        for _ in range(5):
            phone.post("/resume", pin="1357")
        phone.rig.clock.real += 60.0
    assert "Đợi 23 giờ, hoặc bấm nút trên tủ." in phone.post("/resume", pin=PIN).text


def test_without_a_pin_nobody_waters_from_the_page(phone: Telephone) -> None:
    (phone.rig.board.parent / pin.FILE).unlink()
    assert "Chưa có mã PIN." in phone.post("/resume", pin="").text


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example"])
def test_a_foreign_page_cannot_even_stop(phone: Telephone, origin: str | None) -> None:
    assert phone.post("/stop", origin=origin).status == 400
    assert not phone.rig.runtime.agent._house.hold


def test_a_foreign_name_pointed_at_the_box_is_shown_nothing(phone: Telephone) -> None:
    answer = phone.get("/status.json", host=f"evil.example:{phone.port}")
    assert answer.status == 421
    assert "z1" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"zone": "z9", "minutes": "3"},
        {"zone": "z1", "minutes": "600"},
        {"zone": "z1", "minutes": "-3"},
        {"zone": "z1"},
        {"minutes": "3"},
    ],
)
def test_odd_wishes_are_refused(phone: Telephone, fields: dict[str, str]) -> None:
    assert phone.post("/water", pin=PIN, **fields).status == 400
    assert phone.rig.events(EventKind.COMMAND_ACCEPTED) == []


@pytest.mark.parametrize("path", ["/nothing", "/water/z9", "/../edge.db", "/water/%00"])
def test_there_is_nothing_else(phone: Telephone, path: str) -> None:
    assert phone.get(path).status == 404
    assert phone.post("/nothing").status == 404


def test_it_refreshes_itself_but_not_for_whoever_wants_it_still(phone: Telephone) -> None:
    assert phone.get("/").headers["Refresh"] == "10"
    assert 'href="/?still"' in phone.get("/").text
    still = phone.get("/?still")
    assert "Refresh" not in still.headers
    assert "Trang đang đứng yên." in still.text
    assert "Refresh" not in phone.get("/water/z1").headers


def test_after_good_news_it_goes_home_by_itself(phone: Telephone) -> None:
    assert phone.post("/stop").headers["Refresh"] == "4; url=/"
    assert phone.post("/resume", pin=PIN, language="en").headers["Refresh"] == "4; url=/en"
    assert "Refresh" not in phone.post("/resume", pin="1357").headers


def test_a_wrong_pin_brings_the_same_form_again(phone: Telephone) -> None:
    answer = phone.post("/water", zone="z2", minutes="5", pin="1357")
    assert answer.status == 403
    assert "Mã PIN sai. Nhập lại." in answer.text
    assert "<option selected>5</option>" in answer.text
    assert 'name="zone" value="z2"' in answer.text
    assert 'action="/resume"' in phone.post("/resume", pin="1357").text
    unknown = phone.post("/water", zone="z9", minutes="5", pin="1357")
    assert "<form" not in unknown.text


def test_the_last_wrong_pin_of_a_minute_tells_how_long_to_wait(phone: Telephone) -> None:
    told = [phone.post("/resume", pin="1357").text for _ in range(5)]
    assert "Đợi" not in told[3]
    assert (
        "Mã PIN sai. Nhập lại. Quên mã thì hỏi người lắp máy. Nhập sai nhiều lần. Đợi" in told[4]
    )


def test_the_forms_ask_for_minutes_and_pin(phone: Telephone) -> None:
    form = phone.get("/water/z1").text
    assert 'name="minutes"' in form
    assert 'name="pin"' in form
    assert "refresh" not in form
    assert 'action="/resume"' in phone.get("/resume").text


def test_many_connections_do_not_take_the_box_down(phone: Telephone) -> None:
    addresses = [f"127.0.0.{last}" for last in (1, 2, 3, 4)]
    with held(phone, addresses * 10):
        until(lambda: served_now() > 0)
        assert served_now() <= MOST_AT_ONCE
    until(lambda: is_served(phone))


def test_one_telephone_cannot_keep_another_from_stop(phone: Telephone) -> None:
    phone.rig.runtime.valves.open("z1", 60, 10)
    with held(phone, ["127.0.0.1"] * 12):
        until(lambda: served_now() == MOST_OF_ONE)
        assert phone.post("/stop", address="127.0.0.2").status == 200
        assert phone.rig.open == set()


@contextmanager
def held(phone: Telephone, addresses: Sequence[str]) -> Iterator[None]:
    """Connections from these addresses, none of which ever finishes its request."""
    with ExitStack() as idle:
        for address in addresses:
            connection = socket.create_connection(
                ("127.0.0.1", phone.port), source_address=(address, 0)
            )
            idle.enter_context(connection)
            with suppress(OSError):
                connection.sendall(b"GET / HT")
        yield


def served_now() -> int:
    return sum("process_request" in thread.name for thread in threading.enumerate())


def is_served(phone: Telephone) -> bool:
    try:
        return phone.get("/").status == 200
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return False


def test_who_sends_a_letter_at_a_time_is_hung_up_on(phone: Telephone) -> None:
    with socket.create_connection(("127.0.0.1", phone.port), timeout=4.0) as slow:
        slow.sendall(b"GET / HT")
        until(lambda: any("process_request" in t.name for t in threading.enumerate()))
        phone.rig.clock.real += 11.0
        assert slow.recv(100) == b""


def test_a_port_that_is_taken_keeps_nobody_from_watering(tmp_path: Path) -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        rig = Rig(tmp_path, more=f"\n[page]\nport = {port}\n")
        page = rig.runtime.page
        assert page is not None
        page.start()
        assert page.port is None
        rig.raw = DRY
        rig.seconds(360)
        assert rig.open == {"z1"}
        rig.close()


def test_a_pause_and_a_halt_are_told_with_their_length(phone: Telephone) -> None:
    phone.rig.confirm(Op.PAUSE, id_="command0001", for_s=7200.0)
    assert "Tưới tự động nghỉ thêm" in phone.get("/").text
