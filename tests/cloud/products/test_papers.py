"""`vuonso cloud papers` as whoever runs the platform types it."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from cloud import cli
from cloud.db import make_engine, writing
from cloud.products.models import Shop

Words = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Words) -> Path:
    """A demonstration whose shop waits to be verified."""
    monkeypatch.setenv("VUONSO_DEMO", "true")
    assert cli.main(["seed-demo", "--data", str(tmp_path)]) == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'cloud' / 'cloud.db'}")
    with Session(writing(engine)) as session, session.begin():
        shop = session.exec(select(Shop)).one()
        shop.verified_at, shop.registration, shop.representative = None, "0300000001", "Chị Mẫu"
    engine.dispose()
    capsys.readouterr()
    return tmp_path


def shop_of(folder: Path) -> Shop:
    engine = make_engine(f"sqlite:///{folder / 'cloud' / 'cloud.db'}")
    with Session(engine) as session:
        found = session.exec(select(Shop)).one()
    engine.dispose()
    return found


def test_what_waits_is_listed_and_verified_by_a_name(folder: Path, capsys: Words) -> None:
    data = ["--data", str(folder)]
    one = shop_of(folder).public_id
    assert cli.main(["papers", *data]) == 0
    said = capsys.readouterr().out
    assert one in said
    assert "0300000001" in said
    assert cli.main(["papers", "verify", one, "--by", "Anh Nền", *data]) == 0
    assert shop_of(folder).verified_by == "Anh Nền"
    capsys.readouterr()
    cli.main(["papers", *data])
    assert capsys.readouterr().out == ""


def test_what_is_refused_says_why_and_does_not_wait_any_more(folder: Path, capsys: Words) -> None:
    one, data = shop_of(folder).public_id, ["--data", str(folder)]
    words = ["papers", "refuse", one, "--by", "Anh Nền", "--reason", "số đăng ký sai", *data]
    assert cli.main(words) == 0
    assert shop_of(folder).refused_reason == "số đăng ký sai"
    capsys.readouterr()
    cli.main(["papers", *data])
    assert capsys.readouterr().out == ""


def test_what_is_not_there_is_named(folder: Path, capsys: Words) -> None:
    words = ["papers", "verify", "zzzzzzzzzz", "--by", "Anh Nền", "--data", str(folder)]
    assert cli.main(words) == 2
    assert "zzzzzzzzzz" in capsys.readouterr().err
