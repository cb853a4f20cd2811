"""The page for whoever is stuck: whom to call, and a message that says how things are."""

from urllib.parse import unquote

from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded
from tests.cloud.help.conftest import Pair

PAGE = "/tro-giup"


def test_the_help_team_of_one_s_own_cooperative_is_a_tap_away(
    pair: Pair, seeded: Seeded, as_neighbour: TestClient
) -> None:
    page = pair.farmer.get(PAGE).text
    assert "Gọi Chị Lan" in page
    assert "tel:+84912000004" in page
    assert f"tel:{seeded.cooperative.phone}" in page
    assert "Chị Lan" not in as_neighbour.get(PAGE).text
    assert "Gọi Chị Lan" not in pair.helper.get(PAGE).text, "nobody calls themselves"


def test_the_message_names_the_screen_and_says_what_the_page_says(
    as_farmer: TestClient, seeded: Seeded
) -> None:
    home = as_farmer.get("/vuon").text
    assert f'href="{PAGE}?man=V1"' in home
    page = as_farmer.get(f"{PAGE}?man=V1").text
    message = page.split("<textarea", 1)[1].split("</textarea>")[0]
    assert "màn hình V1." in message
    assert f"{seeded.greenhouse.name}: Mất liên lạc." in message
    sms = page.split('href="sms:', 1)[1].split('"')[0]
    assert "màn hình V1." in unquote(sms)


def test_a_message_holds_nothing_that_opens_or_names_anybody(
    as_farmer: TestClient, seeded: Seeded
) -> None:
    message = as_farmer.get(PAGE).text.split("<textarea", 1)[1].split("</textarea>")[0]
    for secret in (
        seeded.farmer.account.name,
        seeded.farmer.phone[1:],
        seeded.greenhouse.public_id,
        seeded.device.id,
        "http",
    ):
        assert secret not in message


def test_a_code_that_is_none_is_not_repeated(as_farmer: TestClient) -> None:
    answer = as_farmer.get(f"{PAGE}?man=%3Cscript%3E")
    assert answer.status_code == 422
    assert "<script>" not in answer.text.split("<main", 1)[1]


def test_cards_are_there_one_by_one_and_all_together(as_farmer: TestClient) -> None:
    listed = as_farmer.get("/the-viec").text
    assert listed.count(".pdf?viec=") == 9
    for name, most in (("dung", 25_000), ("tat-ca", 40_000)):
        answer = as_farmer.get(f"/the-viec.pdf?viec={name}")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert len(answer.content) < most
    assert as_farmer.get("/the-viec.pdf?viec=khong-co").status_code == 404
