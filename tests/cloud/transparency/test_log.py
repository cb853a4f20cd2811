"""What is harvested, stamped, voided and recalled stands in a log that everybody can check."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from cloud.db import make_engine, writing
from cloud.settings import Settings
from cloud.transparency import service
from cloud.transparency.entries import Entry
from cloud.transparency.kept import Copy, LogKeeper, go_on
from cloud.transparency.service import Trees
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Inclusion, Verifier, verify
from traceability.tiles import read, tiles_of

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def lot_of(seeded: Seeded, client: TestClient, product: str = "Dưa lưới Mai Anh") -> str:
    body = {"zone": seeded.zones[1].public_id, "product": product, "quantity_g": 5000}
    made: str = client.post("/api/v1/lots", json=body).json()["id"]
    return made


def lines(client: TestClient) -> list[dict[str, object]]:
    size = int(client.get("/so/checkpoint").text.splitlines()[1])
    return [client.get(f"/so/muc/{number}.json").json() for number in range(size)]


def test_each_step_of_a_stamp_s_life_is_a_line_without_names(
    seeded: Seeded, as_manager: TestClient, client: TestClient
) -> None:
    lot = lot_of(seeded, as_manager)
    run = as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 5}).json()["id"]
    as_manager.post(f"/htx/tem/{run}/dan", data={"act": "activate", "upto": "4"})
    void = {"first": "2", "last": "3", "reason": "chị Thử làm rách"}
    as_manager.post(f"/htx/tem/{run}/huy", data=void)
    as_manager.post(f"/htx/lo/{lot}/thu-hoi", data={"reason": "anh Thử phun nhầm"})

    found = lines(client)

    kinds = [one["type"] for one in found]
    assert kinds == ["lot", "key", "run", "activated", "voided", "recalled"]
    assert found[3]["first"] == 4
    assert (found[4]["from"], found[4]["to"]) == (1, 2)
    assert found[2]["lot"] == found[0]["lot"] == found[5]["lot"]
    told = json.dumps(found, ensure_ascii=False)
    for name in ("Thử", "Mai Anh", "rách", "phun", seeded.device.id):
        assert name not in told


def test_what_was_refused_or_rolled_back_is_no_line(
    seeded: Seeded, as_manager: TestClient, client: TestClient, engine: Engine
) -> None:
    lot = lot_of(seeded, as_manager)
    assert as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 0}).status_code == 422
    with Session(writing(engine)) as session:
        service.append(session, [Entry("run:1", "{}")])
        session.rollback()
    assert [one["type"] for one in lines(client)] == ["lot"]


@SQLITE
def test_the_same_wish_sent_twice_is_one_line(
    seeded: Seeded, as_manager: TestClient, client: TestClient
) -> None:
    lot = lot_of(seeded, as_manager)
    for _ in range(2):
        as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 5, "key": "one-intention"})
        as_manager.post(f"/htx/lo/{lot}/thu-hoi", data={"reason": "phun nhầm"})
    assert [one["type"] for one in lines(client)] == ["lot", "key", "run", "recalled"]


def test_the_database_refuses_to_change_the_past(engine: Engine) -> None:
    with Session(writing(engine)) as session, session.begin():
        service.append(session, [Entry("run:1", '{"type":"run"}')])
    for statement in ("UPDATE log_entry SET text = '{}'", "DELETE FROM log_entry"):
        with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))


@SQLITE
def test_the_files_are_those_of_the_standard_and_prove_each_line(
    client: TestClient, engine: Engine, tmp_path: Path
) -> None:
    """Fetched as any monitor would, they are a log that the library reads and finds whole."""
    entries = [Entry(f"run:{number}", f'{{"type":"run","run":{number}}}') for number in range(700)]
    for first in (0, 300):
        with Session(writing(engine)) as session, session.begin():
            service.append(session, entries[first : first + 400] if first else entries[:300])
        client.get("/so/checkpoint")
    key = Verifier.parse(client.get("/so/key").text)
    note = client.get("/so/checkpoint").text
    head = Checkpoint.parse(verify(note, [key])[0])
    names = ["checkpoint", *(tile.path for tile in tiles_of(head.size))]
    for name in names:
        path = tmp_path / "log" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(client.get(f"/so/{name}").content)

    found, octets = read(tmp_path / "log", [key])

    assert found.size == 700
    assert octets == [one.text.encode() for one in entries]
    assert found.root == Tree(map(leaf_hash, octets)).root()
    for number in (0, 255, 256, 699):
        proof = Inclusion.parse(client.get(f"/so/muc/{number}.tlog-proof").text)
        assert proof.verify(octets[number], [key]) == found
        assert len(str(proof)) <= 1500
    for beyond in ("/so/tile/0/003", "/so/tile/0/002.p/189", "/so/tile/2/000.p/1", "/so/muc/700"):
        assert client.get(beyond).status_code == 404, beyond
    for odd in ("/so/tile/0/3", "/so/tile/0/000.p/256", "/so/tile/x/000", "/so/muc/-1"):
        assert client.get(odd).status_code == 422, odd
    assert client.get("/so/tile/0/x001/000").status_code == 404


@SQLITE
def test_pages_say_it_in_words_and_lead_on(
    seeded: Seeded, as_manager: TestClient, client: TestClient
) -> None:
    lot = lot_of(seeded, as_manager)
    made = as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 1234}).json()
    page = client.get("/so").text
    assert "1.234 tem cho lô" in page
    assert 'href="/so/muc/2"' in page
    assert "1,234 stamps for lot" in client.get("/so?lang=en").text
    client.cookies.clear()
    line = client.get("/so/muc/2").text
    assert "Kiểm chứng chữ ký" in line
    assert "&#34;quantity&#34;:1234" in line
    assert f'href="/T/{made["first_serial"]}/so"' in client.get(f"/T/{made['first_serial']}").text
    own = client.get(f"/T/{made['first_serial']}/so").text
    assert [f'data-entry="{number}"' in own for number in range(4)] == [True, True, True, False]
    assert client.get(f"/T/{'0' * 20}/so").status_code == 404
    assert "Chưa có dòng nào" in client.get("/so?truoc=0").text


@SQLITE
def test_a_log_goes_on_after_a_backup_was_put_back(
    engine: Engine, settings: Settings, tmp_path: Path, sqlite_template: Path
) -> None:
    """With its copy it is the same log; without one nobody takes it for the same."""
    copy = Copy(tmp_path / "public-log.jsonl")
    keeper = LogKeeper(engine, copy)
    old = {"run:1": "a", "run:2": "b", "run:3": "c"}
    for subject, words in old.items():
        with Session(writing(engine)) as session, session.begin():
            service.append(session, [Entry(subject, words)])
        keeper.look()
    published = head(engine, settings)
    with copy.path.open("ab") as file:
        file.write(b'{"number":3,"sub')  # a power cut

    back = put_back(sqlite_template, tmp_path / "with", lambda session: go_on(session, copy))
    with Session(writing(back)) as session, session.begin():
        service.append(session, [Entry("run:9", "d")])
    grown = head(back, settings)
    with Session(back) as session:
        assert Trees().upto(session, 4).root(3) == published.root
    assert (grown.origin, grown.size) == (published.origin, 4)

    lost = Copy(tmp_path / "nowhere.jsonl")
    other = put_back(sqlite_template, tmp_path / "without", lambda session: go_on(session, lost))
    assert head(other, settings).origin == f"{published.origin}.2"


def put_back(template: Path, folder: Path, work: Callable[[Session], bool]) -> Engine:
    """A backup of before the third line."""
    folder.mkdir()
    (folder / "cloud.db").write_bytes(template.read_bytes())
    engine = make_engine(f"sqlite:///{folder / 'cloud.db'}")
    with Session(writing(engine)) as session, session.begin():
        service.append(session, [Entry("run:1", "a"), Entry("run:2", "b")])
    with Session(writing(engine)) as session, session.begin():
        assert work(session) is (folder.name == "with")
    return engine


def head(engine: Engine, settings: Settings) -> Checkpoint:
    with Session(engine) as session:
        return service.head(session, Trees(), settings).checkpoint
