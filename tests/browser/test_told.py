"""Being told on one's own telephone: by mail, by a push service, and from the home screen.

No push service can be reached from here, and a private window is refused by its own: the browser's
end of the subscription is given to it, and what the service would hand on is handed on by hand.
"""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr
from sqlmodel import Session, select

from cloud.alerts import post
from cloud.alerts.models import Channel, Contact
from cloud.alerts.watch import look_round
from tests.browser.conftest import Site, Visit, wait_until
from tests.browser.screens import look
from tests.cloud.alerts.letterbox import Letterbox
from tests.cloud.walls.samples import POINT
from wire.codes import EventKind

PAGE = "/tai-khoan/bao-tin"
ADDRESS = "co.hoa@example.vn"
NO_LEAVE = "Máy này không cho báo tin. Mở cài đặt để cho phép."
ENDPOINT, AUTH = "https://fcm.googleapis.com/fcm/send/abc", "BTBZMqHH6r4Tts7J_aSIgg"
SERVED = f"""
PushManager.prototype.getSubscription = () => Promise.resolve(null);
PushManager.prototype.subscribe = function (wish) {{
  sessionStorage.asked = JSON.stringify([wish.userVisibleOnly, wish.applicationServerKey.length]);
  return Promise.resolve({{ toJSON: () => ({{
    endpoint: "{ENDPOINT}", keys: {{ p256dh: "{POINT}", auth: "{AUTH}" }} }}) }});
}};
"""
OFFERS = """() => {
  const offer = new Event("beforeinstallprompt", { cancelable: true });
  offer.prompt = () => { document.documentElement.dataset.prompted = "1"; };
  dispatchEvent(offer);
  return offer.defaultPrevented;
}"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/static/");
  return (await worker.getNotifications()).map((one) => [one.title, one.body, one.tag, one.data]);
}"""


def contacts(site: Site) -> list[Contact]:
    with Session(site.garden.engine) as session:
        return list(session.exec(select(Contact)))


def set_up(site: Site, **wishes: object) -> None:
    """As the operator may have set it up."""
    site.app.state.settings = site.app.state.settings.model_copy(update=wishes)


@pytest.fixture
def box(site: Site) -> Iterator[Letterbox]:
    with Letterbox() as box:
        set_up(site, smtp_url=SecretStr(box.url), smtp_from="vuon@example.vn")
        yield box


def deliver(site: Site) -> None:
    """The round that sends what is due."""
    clock = site.garden.clock
    post.deliver(site.garden.engine, clock.now(), post.office(site.app.state.settings, clock))


def burst(site: Site) -> None:
    site.garden.event(EventKind.FAULT, fault="burst", flow_lpm=20.0)
    look_round(site.garden.engine, site.garden.clock.now())


def confirm_address(visit: Visit, box: Letterbox, told: str) -> None:
    """With the code that came by mail, after a wrong one."""
    page = visit.page
    visit.go(PAGE)
    look(page, f"C15-{told}")
    page.fill("#address", ADDRESS)
    page.click("form:has(#address) button")
    page.fill("#code-email", "000000")
    page.click("form:has(#code-email) button")
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, f"C15-wrong-{told}")
    deliver(visit.site)
    code = re.search(r"\b\d{6}\b", box.mails[0].get_content())
    assert code
    page.fill("#code-email", code[0])
    page.click("form:has(#code-email) button")
    expect(page.get_by_role("status")).to_contain_text(ADDRESS)
    look(page, f"C15-known-{told}")


@pytest.mark.parametrize(("scheme", "language"), [("light", "vi"), ("dark", "en")])
def test_who_wants_mail_is_told_by_mail_until_they_want_none(
    open_visit: Callable[..., Visit], box: Letterbox, scheme: str, language: str
) -> None:
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in_as(visit.site.garden.seeded.farmer)
    page = visit.page
    confirm_address(visit, box, f"{scheme}-{language}")
    burst(visit.site)
    deliver(visit.site)
    link = re.search(r"/canh-bao/\w+", box.mails[-1].get_content())
    assert link
    assert [mail["To"] for mail in box.mails] == [ADDRESS, ADDRESS]
    visit.go(link[0])
    expect(page.locator("[role=alert].state, main .state").first).to_be_visible()
    visit.go(PAGE)
    page.click("[action$='/thoi'] button")
    expect(page.locator("#address")).to_be_visible()
    assert contacts(visit.site) == []
    conflict = "the server responded with a status of 409"  # the wrong code, on purpose
    assert [text for text in visit.complaints if conflict not in text] == []


@pytest.fixture
def reader(open_visit: Callable[..., Visit], site: Site) -> Visit:
    """A telephone at a service that reaches closed browsers."""
    set_up(site, web_push=True, public_url="https://vuon.example")
    visit = open_visit(worker=True)
    visit.log_in()
    return visit


def ask(visit: Visit) -> Page:
    visit.go(PAGE)
    look(visit.page, "C15-push")
    visit.page.get_by_role("button", name="Báo trên máy này").click()
    return visit.page


def test_who_gives_no_leave_is_told_where_to_give_it(reader: Visit) -> None:
    page = ask(reader)
    expect(page.locator("[data-push] [role=alert]")).to_have_text(NO_LEAVE)
    expect(page.get_by_role("button", name="Báo trên máy này")).to_be_enabled()
    assert contacts(reader.site) == []


def test_a_push_service_that_refuses_is_no_leave_either(reader: Visit) -> None:
    """As this browser's own does: the window is private."""
    reader.page.context.grant_permissions(["notifications"], origin=reader.site.url)
    page = ask(reader)
    expect(page.locator("[data-push] [role=alert]")).to_have_text(NO_LEAVE)
    assert contacts(reader.site) == []


def push(page: Page, told: dict[str, str]) -> None:
    """What the push service hands on to a telephone that may be asleep."""
    devtools, found = page.context.new_cdp_session(page), dict[str, str]()
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.update(
            {one["scopeURL"]: one["registrationId"] for one in event["registrations"]}
        ),
    )
    devtools.send("ServiceWorker.enable")
    page.evaluate("1")  # what the browser has told by now is heard
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    registration = {"origin": origin, "registrationId": found[f"{origin}/static/"]}
    data = json.dumps(told, ensure_ascii=False)
    devtools.send("ServiceWorker.deliverPushMessage", {**registration, "data": data})


def test_a_browser_that_has_leave_is_kept_and_shows_what_is_pushed(reader: Visit) -> None:
    reader.page.context.grant_permissions(["notifications"], origin=reader.site.url)
    reader.page.add_init_script(SERVED)
    page = ask(reader)
    expect(page.get_by_role("status")).to_contain_text("1 máy đang nhận tin")
    assert json.loads(page.evaluate("sessionStorage.asked")) == [True, 65]
    (contact,) = contacts(reader.site)
    assert contact.channel is Channel.PUSH
    assert contact.address == f"{ENDPOINT} {POINT} {AUTH}"
    told = {"title": "Khu 1 vỡ ống", "body": "Từ 14:05.", "tag": "a1", "url": "/canh-bao/a1"}
    push(page, told)
    wait_until(lambda: bool(page.evaluate(SHOWN)))
    assert page.evaluate(SHOWN) == [[told["title"], told["body"], told["tag"], told["url"]]]
    page.click("[action$='/thoi'] button")
    expect(page.get_by_text("1 máy đang nhận tin")).to_be_hidden()
    assert contacts(reader.site) == []


OFFER = "[data-install]"


def came_back(visit: Visit) -> Page:
    """Somebody who was here before and has done something with it."""
    visit.log_in()
    visit.page.evaluate("localStorage.used = 1; localStorage.visits = 2")
    visit.go("/vuon")
    return visit.page


def test_who_came_back_is_offered_to_install_it_and_asked_once(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(worker=True)
    visit.log_in()
    assert visit.page.evaluate(OFFERS) is False, "not on the first day"
    expect(visit.page.locator(OFFER)).to_be_hidden()
    page = came_back(visit)
    expect(page.locator(OFFER)).to_be_hidden()
    assert page.evaluate(OFFERS) is True
    look(page, "V1-install")
    page.get_by_role("button", name="Cài lên màn hình").click()
    assert page.locator("html").get_attribute("data-prompted") == "1"
    expect(page.locator(OFFER)).to_be_hidden()
    visit.go("/vuon")
    page.evaluate(OFFERS)
    page.get_by_role("button", name="Để sau").click()
    visit.go("/vuon")
    assert page.evaluate(OFFERS) is False
    expect(page.locator(OFFER)).to_be_hidden()


def test_inside_zalo_it_says_to_open_chrome_first(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(worker=True)
    agent = "Mozilla/5.0 (Linux; Android 12) Chrome/110 Mobile Zalo android/12100 ZaloLanguage/vi"
    script = "Object.defineProperty(navigator, 'userAgent', { value: '%s' });"
    visit.page.add_init_script(script % agent)
    page = came_back(visit)
    expect(page.get_by_text("Mở trang này bằng Chrome rồi mới cài được.")).to_be_visible()
    expect(page.get_by_role("button", name="Cài lên màn hình")).to_be_hidden()
