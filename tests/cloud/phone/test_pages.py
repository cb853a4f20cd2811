"""The worker, the manifest, and of whose pages a telephone is told that it may keep them."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from cloud.kept import NOBODY, kept_by
from cloud.principal import Helper, Principal, Role
from cloud.web import TEMPLATES, Pages
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded

HOA = Principal(account_id=12, cooperative_id=3, role=Role.FARMER, language="vi", name="Hoa")
HELPED = replace(HOA, helper=Helper(9, "Lan", datetime(2026, 3, 2, tzinfo=UTC)))
GARDEN = ("/vuon", "/vuon/abc", "/vuon/khu/abc", "/nhat-ky", "/nhat-ky/ghi", "/canh-bao/7")
VERSION = re.compile(r'KEPT\.version="(\w+)"')
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("path", GARDEN)
def test_garden_and_diary_are_their_owners(path: str) -> None:
    assert kept_by(path, HOA) == "12-3"
    assert kept_by(path, HELPED) == NOBODY
    assert kept_by(path, None) is None


@pytest.mark.parametrize(
    "path",
    [
        "/cho",
        "/htx/don",
        "/htx/nhat-ky",
        "/don/abc",
        "/tai-khoan",
        "/tai-khoan/the",
        "/vao/abc",
        "/vuonxyz",
        "/vuon/abc/live",
        "/vuon/abc/trang-thai",
        "/vuon/khu/abc/cai-dat",
        "/api/v1/greenhouses",
    ],
)
def test_nothing_else_is_kept(path: str) -> None:
    assert kept_by(path, HOA) is None


@on_sqlite
def test_the_door_says_whose_page_it_was(as_farmer: TestClient, seeded: Seeded) -> None:
    own = seeded.farmer.principal
    assert as_farmer.get("/vuon").headers["kept-by"] == f"{own.account_id}-{own.cooperative_id}"
    assert as_farmer.get("/dang-nhap").headers["kept-by"] == NOBODY
    for path in ("/vuon?lang=en", "/vuon/nobodys-own", "/tai-khoan", "/cho"):
        assert "kept-by" not in as_farmer.get(path).headers


@on_sqlite
def test_the_worker_knows_files_that_are_there(client: TestClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    first, source = answer.text.split("\n", 1)
    told = json.loads(first.partition("self.KEPT=")[2].partition(";KEPT.version")[0])
    assert "importScripts(KEPT.post)" in source
    for path in (*told["files"], *told["pages"], told["post"]):
        assert client.get(path).status_code == 200, path
    assert client.get("/sw.js", headers={"Cookie": "lang=en"}).text != answer.text


@on_sqlite
def test_other_words_for_no_line_are_another_version(
    app: FastAPI, client: TestClient, tmp_path: Path
) -> None:
    first = client.get("/sw.js").text
    assert client.get("/sw.js").text == first, "a browser that asks again takes nothing new"
    templates = shutil.copytree(TEMPLATES, tmp_path / "templates")
    app.state.pages = Pages(templates)
    assert client.get("/sw.js").text == first
    lost = templates / "phone" / "lost.html"
    lost.write_text(lost.read_text("utf-8").replace("btn main", "btn go"), "utf-8")
    app.state.pages = Pages(templates)
    second = client.get("/sw.js").text
    assert VERSION.findall(second) != VERSION.findall(first)
    assert VERSION.sub("", second) == VERSION.sub("", first)


@on_sqlite
def test_the_manifest_is_vietnamese_and_its_icons_are_there(client: TestClient) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Cookie": "lang=en"})
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert (told["lang"], told["start_url"], told["scope"]) == ("vi", "/vuon", "/")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        assert client.get(icon["src"]).headers["content-type"] == icon["type"]
