"""The page in the greenhouse on a small telephone: the real agent, a real browser, no internet.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from edge import pin
from tests.browser.conftest import DEADLINE_MS
from tests.browser.screens import keep, overflow, violations
from tests.edge.rig import METER, Rig
from wire.codes import EventKind, Op

PIN, STOP = "2468", 16
MAX_PAGE = 15_000  # octets on the wire
THUMB = 44  # CSS px; no button is smaller (WCAG 2.5.5)
NOT_FOUND = "the server responded with a status of"  # asked for on purpose
FRONT = f"\n[page]\nport = 0\n\n[emergency_stop]\npin = {STOP}\n\n[resume_button]\npin = 20\n"


class House:
    """A greenhouse whose agent lives in a thread of its own; seconds pass when a test says so."""

    def __init__(self, folder: Path) -> None:
        self.rig = Rig(folder, more=FRONT)
        self.rig.pins.pin(STOP).drive_low()
        pin.save(pin.lock(PIN), folder / pin.FILE)
        self._jobs: queue.SimpleQueue[tuple[Callable[[], object], threading.Event]]
        self._jobs = queue.SimpleQueue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live)
        page = self.rig.runtime.page
        assert page is not None
        page.start()
        self.url = f"http://127.0.0.1:{page.port}"
        self._thread.start()
        self.do(lambda: self.rig.seconds(20))

    def do(self, job: Callable[[], object]) -> None:
        """In the agent's own thread."""
        done = threading.Event()
        self._jobs.put((job, done))
        assert done.wait(DEADLINE_MS / 1000)

    def seconds(self, count: int) -> None:
        self.do(lambda: self.rig.seconds(count))

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self.rig.runtime.close()
        self.rig.pins.reset()

    def _live(self) -> None:
        while not self._over.wait(0.002):
            self.rig.runtime.agent.attend()
            while not self._jobs.empty():
                job, done = self._jobs.get()
                job()
                done.set()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


class Phone:
    """360 × 640 in the house's own network; whatever it asks of anybody else is noted."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("request", lambda request: self.asked.append(request.url))

    def go(self, path: str = "/") -> Response:
        answer = self.page.goto(self.house.url + path)
        assert answer is not None, path
        return answer

    def water(self, minutes: int, pin: str) -> None:
        """Fill the form in and send it."""
        self.page.get_by_label("Số phút").select_option(str(minutes))
        self.page.get_by_label("Mã PIN").fill(pin)
        self.page.get_by_role("button", name="Tưới tay").click()

    @property
    def foreign(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.house.url, "data:"))]


OpenPhone = Callable[..., Phone]


@pytest.fixture
def open_phone(browser: Browser, house: House) -> Iterator[OpenPhone]:
    contexts = []

    def phone(*, scheme: str = "light", width: int = 360, javascript: bool = True) -> Phone:
        context = browser.new_context(
            viewport={"width": width, "height": 640},
            device_scale_factor=2,
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(DEADLINE_MS)
        return Phone(context.new_page(), house)

    yield phone
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_phone: OpenPhone) -> Phone:
    return open_phone()


def well(_house: House) -> None: ...


def watering(house: House) -> None:
    house.do(lambda: house.rig.water("z1"))
    house.seconds(30)


def stopped(house: House) -> None:
    house.do(lambda: house.rig.send(Op.STOP, id_="stop000001", n=1))
    house.seconds(400)


def locked(house: House) -> None:
    house.do(house.rig.pins.pin(STOP).drive_high)
    house.seconds(2)


def paused(house: House) -> None:
    house.do(lambda: house.rig.confirm(Op.PAUSE, id_="command0001", for_s=7200.0))


def leaking(house: House) -> None:
    """Water flows with every valve shut."""

    def leak() -> None:
        for _ in range(90):
            house.rig.pins.pin(METER).pulses(20)
            house.rig.seconds(1)

    house.do(leak)


STANDINGS = (well, watering, stopped, locked, paused, leaking)
PATHS = ("/", "/en", "/?still", "/water/z1", "/water/z1/en", "/resume", "/nothing")
SCHEMES = ("light", "dark")


def faults(phone: Phone, path: str) -> set[str]:
    """All that is wrong with one page."""
    weight = len(phone.go(path).body())
    found = set(violations(phone.page))
    found |= {"too wide"} if overflow(phone.page) > 0 else set()
    found |= {f"{weight} octets"} if weight > MAX_PAGE else set()
    found |= {f"asks {url}" for url in phone.foreign}
    found |= {text for text in phone.complaints if NOT_FOUND not in text}
    return {f"{path}: {one}" for one in found}


@pytest.mark.parametrize("stands", STANDINGS, ids=lambda stands: stands.__name__)
def test_home_and_form_are_clean_light_and_fit_whatever_goes_on(
    house: House, open_phone: OpenPhone, stands: Callable[[House], None]
) -> None:
    stands(house)
    found: set[str] = set()
    for scheme, path in product(SCHEMES, ("/", "/water/z1")):
        phone = open_phone(scheme=scheme)
        found |= faults(phone, path)
        keep(phone.page, f"edge-{stands.__name__}-{path.strip('/').replace('/', '-')}-{scheme}")
    assert found == set()


def test_every_other_page_is_as_clean(open_phone: OpenPhone) -> None:
    found: set[str] = set()
    for scheme, path in product(SCHEMES, PATHS):
        found |= faults(open_phone(scheme=scheme), path)
    assert found == set()


@pytest.mark.parametrize(("width", "text"), [(320, "100%"), (360, "200%")])
def test_nothing_sticks_out_on_the_smallest_phone_or_with_the_largest_text(
    house: House, open_phone: OpenPhone, width: int, text: str
) -> None:
    stopped(house)
    phone = open_phone(width=width)
    wide = set()
    for path in PATHS:
        phone.go(path)
        phone.page.evaluate("size => document.documentElement.style.fontSize = size", text)
        wide |= {path} if overflow(phone.page) > 0 else set()
    assert wide == set()


def test_whatever_is_pressed_is_as_large_as_a_thumb_and_stop_is_seen_at_once(
    phone: Phone,
) -> None:
    phone.go()
    places = [key.bounding_box() for key in phone.page.locator("button, a.key, header a").all()]
    assert len(places) >= 4
    assert min(place["height"] for place in places if place is not None) >= THUMB
    stop = phone.page.get_by_role("button", name="DỪNG NƯỚC").bounding_box()
    assert stop is not None
    assert stop["y"] + stop["height"] <= 320


def test_anybody_stops_the_water_with_one_tap_and_no_pin(house: House, phone: Phone) -> None:
    watering(house)
    phone.go()
    expect(phone.page.get_by_text("Đang tưới")).to_be_visible()
    phone.page.get_by_role("button", name="DỪNG NƯỚC").click()
    expect(phone.page.get_by_text("Đã đóng mọi van.")).to_be_visible()
    assert house.rig.open == set()
    assert house.rig.events(EventKind.STOPPED)[0]["by"] == "page"


def test_stop_works_without_javascript(house: House, open_phone: OpenPhone) -> None:
    watering(house)
    phone = open_phone(javascript=False)
    phone.go()
    phone.page.get_by_role("button", name="DỪNG NƯỚC").click()
    expect(phone.page.get_by_text("Đã đóng mọi van.")).to_be_visible()
    assert house.rig.open == set()


def test_two_minutes_by_pin_and_the_page_shows_what_is_left_of_them(
    house: House, phone: Phone
) -> None:
    phone.go()
    phone.page.get_by_role("link", name="Tưới tay").first.click()
    phone.water(2, PIN)
    expect(phone.page.get_by_text("Máy đã nhận. Nước sắp chảy.")).to_be_visible()
    house.seconds(30)
    assert house.rig.open == {"z1"}
    phone.go("/?still")
    expect(phone.page.get_by_text("Đang tưới tay")).to_be_visible()
    expect(phone.page.get_by_text("còn nhiều nhất")).to_be_visible()
    house.seconds(120)
    assert house.rig.open == set()
    phone.go("/?still")
    expect(phone.page.get_by_text("tưới đủ")).to_be_visible()


def test_it_comes_home_by_itself_after_good_news(phone: Phone) -> None:
    phone.go("/water/z1")
    phone.water(1, PIN)
    expect(phone.page.get_by_text("Máy đã nhận.")).to_be_visible()
    phone.page.wait_for_url(phone.house.url + "/")
    expect(phone.page.get_by_role("button", name="DỪNG NƯỚC")).to_be_visible()


def test_a_wrong_pin_says_what_to_do_and_keeps_the_minutes(house: House, phone: Phone) -> None:
    phone.go("/water/z1")
    phone.water(10, "1357")
    expect(phone.page.get_by_role("status")).to_contain_text("Mã PIN sai. Nhập lại.")
    expect(phone.page.get_by_label("Số phút")).to_have_value("10")
    expect(phone.page.get_by_label("Mã PIN")).to_be_focused()
    assert violations(phone.page) == []
    phone.page.get_by_label("Mã PIN").fill(PIN)
    phone.page.get_by_role("button", name="Tưới tay").click()
    expect(phone.page.get_by_text("Máy đã nhận.")).to_be_visible()
    (accepted,) = house.rig.events(EventKind.COMMAND_ACCEPTED)
    assert accepted["max_s"] == 600.0


def test_five_wrong_pins_are_told_to_wait(phone: Phone) -> None:
    phone.go("/water/z1")
    for _ in range(5):
        phone.water(1, "1357")
    expect(phone.page.get_by_role("status")).to_contain_text("Đợi 60 giây.")


def test_after_a_stop_the_way_on_is_the_next_thing_below_it(house: House, phone: Phone) -> None:
    stopped(house)
    phone.go()
    expect(phone.page.get_by_text("Nước đang dừng, đã")).to_be_visible()
    assert phone.page.get_by_role("link", name="Tưới tay").count() == 0
    phone.page.get_by_role("link", name="Cho tưới lại").click()
    phone.page.get_by_label("Mã PIN").fill(PIN)
    phone.page.get_by_role("button", name="Cho tưới lại").click()
    expect(phone.page.get_by_text("Đã xong.")).to_be_visible()
    assert not house.rig.runtime.agent.barred.hold


def test_the_emergency_stop_is_not_offered_to_be_lifted_from_the_page(
    house: House, phone: Phone
) -> None:
    locked(house)
    phone.go()
    expect(phone.page.get_by_text("Nút dừng khẩn đang bật.")).to_be_visible()
    assert phone.page.get_by_role("link", name="Cho tưới lại").count() == 0
