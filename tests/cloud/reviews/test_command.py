"""`vuonso cloud reviews` as whoever runs the platform types it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session

from cloud import cli
from cloud.db import writing
from cloud.reviews import desk
from cloud.reviews.models import Reason, ReviewState
from tests.cloud.conftest import START
from tests.cloud.reviews.conftest import WORDS, Shoppers

Words = pytest.CaptureFixture[str]
Typed = Callable[..., str]


@pytest.fixture
def typed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Words
) -> Typed:
    """The command with these words; what it prints, or complains of."""
    monkeypatch.setenv("VUONSO_DATABASE_URL", database_url)
    monkeypatch.setenv("VUONSO_DATA_DIR", str(tmp_path / "cloud"))

    def type_(*words: str, status: int = 0) -> str:
        capsys.readouterr()
        assert cli.main(["reviews", *words]) == status
        said = capsys.readouterr()
        return said.err if status else said.out

    return type_


def test_what_waits_is_read_without_its_stars_and_published(
    typed: Typed, shoppers: Shoppers
) -> None:
    shoppers.write(shoppers.buy(), stars=2)
    shoppers.write(shoppers.buy(), stars=4, words="")
    first, second = [review.public_id for review in shoppers.reviews()]
    listed = typed()
    assert listed == typed("list")
    assert listed.index(first) < listed.index(second)
    assert WORDS in listed
    assert "(no words)" in listed
    assert "stars" not in typed("show", first)
    typed("publish", first, second, "--by", "Chị Chợ")
    assert typed() == ""
    assert "stars     2" in typed("show", first)
    assert shoppers.counters() == (2, 6)


def test_what_is_refused_names_its_reason(typed: Typed, shoppers: Shoppers) -> None:
    shoppers.write(shoppers.buy())
    one = shoppers.reviews()[0].public_id
    by = ("--by", "Chị Chợ")
    assert "insult" in typed("refuse", one, "--reason", "insult", *by)
    assert shoppers.reviews()[0].state is ReviewState.REFUSED
    assert "review_state" in typed("publish", one, *by, status=2)
    assert "zzzzzzzzzz" in typed("show", "zzzzzzzzzz", status=2)
    assert "zzzzzzzzzz" in typed("publish", "zzzzzzzzzz", *by, status=2)
    assert "--by" in typed("publish", one, "--by", " ", status=2)
    with pytest.raises(SystemExit):
        typed("refuse", one, "--reason", "too few stars", *by)


def test_what_a_shop_reported_is_listed_with_why(typed: Typed, shoppers: Shoppers) -> None:
    one = shoppers.shown()
    with Session(writing(shoppers.engine)) as session, session.begin():
        desk.answer(session, shoppers.who, one, "Khách này nói láo.", START)
        desk.report(session, shoppers.who, one, Reason.NOT_BOUGHT, START)
    assert f"{one}  reported: not_bought" in typed()
    typed("refuse", one, "--answer", "--reason", "insult", "--by", "Chị Chợ")
    typed("publish", one, "--by", "Chị Chợ")
    (row,) = shoppers.reviews()
    assert (row.answer, row.state, row.reported_for) == ("", ReviewState.SHOWN, None)
