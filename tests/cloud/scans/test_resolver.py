"""GS1-conformant resolver 1.2, item by item of the published test suite's list.

github.com/gs1/GS1DL-resolver-testsuite, Conformance1_2.txt; each docstring is the item in short.
"""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from cloud.permissions import declared_routes
from cloud.scans.links import _unpacked
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded
from traceability.compression import compress
from traceability.gs1 import link

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"


@dataclass(frozen=True)
class Stamp:
    """A stamp, its lot and its product as Digital Links of this host."""

    product: str
    lot: str
    unit: str
    gtin: str
    serial: str
    code: str

    @property
    def paths(self) -> tuple[str, ...]:
        return self.product, self.lot, self.unit


@pytest.fixture
def stamp(seeded: Seeded, as_manager: TestClient) -> Stamp:
    body = {"zone": seeded.zones[0].public_id, "product": "Dưa lưới", "quantity_g": 5000}
    lot = as_manager.post("/api/v1/lots", json=body).json()
    made = as_manager.post(f"/api/v1/lots/{lot['id']}/stamps", json={"quantity": 1}).json()
    as_manager.post(f"/api/v1/issuances/{made['id']}/activate")
    product = f"/01/{made['gtin']}"
    unit = urlsplit(made["scan_url"]).path
    code = lot["code"]
    return Stamp(product, f"{product}/10/{code}", unit, made["gtin"], made["first_serial"], code)


@pytest.fixture
def phone(client: TestClient) -> TestClient:
    client.follow_redirects = False
    return client


def links(answer: str) -> str:
    return " ".join(answer.split())


def test_get_head_and_options(phone: TestClient, stamp: Stamp) -> None:
    """SHALL support GET, HEAD and OPTIONS."""
    for path in stamp.paths:
        got, head, options = phone.get(path), phone.head(path), phone.options(path)
        assert got.status_code == head.status_code in {200, 307}
        assert head.content == b""
        assert options.status_code == 204
        assert options.headers["allow"] == "GET, HEAD, OPTIONS"


def test_asking_for_the_head_is_no_look(phone: TestClient, stamp: Stamp) -> None:
    phone.head(stamp.unit)
    assert phone.get(f"/api/v1/scans/{stamp.serial}").json()["scans"] == 0


def test_any_page_may_read_it(phone: TestClient, stamp: Stamp) -> None:
    """SHALL support CORS."""
    for path in (*stamp.paths, "/.well-known/gs1resolver"):
        answer = phone.get(path, headers={"Origin": "https://example.org"})
        assert answer.headers["access-control-allow-origin"] == "*"
    assert phone.get("/vuon").headers.get("access-control-allow-origin") is None


def test_packed_links_are_unpacked(phone: TestClient, stamp: Stamp) -> None:
    """SHALL decompress, and expose the uncompressed URI as owl:sameAs."""
    made = link(stamp.gtin, serial=stamp.serial)
    packed = urlsplit(compress(made, "https://x.vn")).path
    answer = phone.get(packed)
    assert answer.status_code == 200
    assert 'data-verdict="genuine"' in answer.text
    assert f'<{made.canonical()}>; rel="owl:sameAs"' in answer.headers["link"]


def test_no_address_of_ours_is_taken_for_a_packed_link(app: FastAPI) -> None:
    paths = {route.path for route in declared_routes(app)}
    assert [path for path in paths if _unpacked(path)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/01/08935000000008",
        "/01/8935000000007",
        "/01/x/21/y",
        "/01/08935000000007/21/A/10/B",
        "/01/08935000000007/99/A",
        "/01",
        "/00/1",
    ],
)
def test_bad_syntax_is_400(phone: TestClient, path: str) -> None:
    """SHALL validate and report errors with 400; SHALL NOT use 200 for an error."""
    answer = phone.get(path)
    assert answer.status_code == 400
    assert "Đường link trong mã bị sai" in answer.text


def test_what_is_sound_and_not_ours_is_404(phone: TestClient, stamp: Stamp) -> None:
    """SHALL NOT use a 200 response with a resource that indicates an error."""
    for path in (
        "/01/08935000000007",
        f"/01/08935000000007/10/{stamp.code}",
        "/8004/095060001343",
    ):
        assert phone.get(path).status_code == 404
    missing = phone.get(f"/01/{stamp.gtin}/21/{'0' * 20}", params={"linkType": "linkset"})
    assert missing.status_code == 404


@pytest.mark.parametrize("word", ["linkset", "all"])
def test_the_list_of_links_has_all_levels(phone: TestClient, stamp: Stamp, word: str) -> None:
    """SHALL list links at each level up to the key, by the uncompressed URI; type and title."""
    answer = phone.get(stamp.unit, params={"linkType": word})
    assert answer.headers["content-type"] == LINKSET
    told = answer.json()["linkset"]
    canonical = [
        link(stamp.gtin, lot=stamp.code, serial=stamp.serial).canonical(),
        link(stamp.gtin, lot=stamp.code).canonical(),
        link(stamp.gtin).canonical(),
    ]
    assert [one["anchor"] for one in told] == canonical
    for level in told:
        found = [one for name, group in level.items() if name.startswith(VOC) for one in group]
        assert found
        assert all({"href", "title", "type"} <= set(one) for one in found)
        assert len(level[f"{VOC}defaultLink"]) == 1
    assert len(phone.get(stamp.lot, params={"linkType": word}).json()["linkset"]) == 2


def test_the_list_is_given_to_whoever_takes_it(phone: TestClient, stamp: Stamp) -> None:
    answer = phone.get(stamp.unit, headers={"Accept": LINKSET})
    assert json.loads(answer.content)["linkset"]


def test_the_list_is_told_of_even_when_redirecting(phone: TestClient, stamp: Stamp) -> None:
    """SHOULD expose a link to the linkset."""
    for path in stamp.paths:
        answer = phone.get(path)
        assert f'<{path}?linkType=linkset>; rel="linkset"; type="{LINKSET}"' in links(
            answer.headers["link"]
        )


def test_one_goes_on_to_the_default_or_to_what_is_asked_for(
    phone: TestClient, stamp: Stamp
) -> None:
    """SHALL redirect to the default link, and to the requested linkType if available."""
    product = phone.get(stamp.product)
    assert product.status_code == 307
    assert urlsplit(product.headers["location"]).path == "/cho"
    asked = phone.get(stamp.unit, params={"linkType": "gs1:verificationService"})
    assert urlsplit(asked.headers["location"]).path == f"/api/v1/scans/{stamp.serial}"
    sold = phone.get(stamp.unit, params={"linkType": f"{VOC}hasRetailers"})
    assert urlsplit(sold.headers["location"]).path == "/cho"


def test_a_lot_has_a_page_of_its_own_for_whoever_has_no_stamp(
    phone: TestClient, stamp: Stamp, as_manager: TestClient
) -> None:
    place = urlsplit(phone.get(stamp.lot).headers["location"]).path
    assert place == f"/lo/{stamp.gtin}/{stamp.code}"
    page = phone.get(place)
    assert 'data-recalled="no"' in page.text
    for words in ("Dưa lưới", "HTX Thử", stamp.code, "tem cho lô", 'href="/so/muc/0"'):
        assert words in page.text
    lot = as_manager.get("/api/v1/lots").json()["items"][0]["id"]
    as_manager.post(f"/htx/lo/{lot}/thu-hoi", data={"reason": "phun nhầm <thuốc>"})
    recalled = phone.get(place).text
    assert 'data-recalled="yes"' in recalled
    assert "phun nhầm &lt;thuốc&gt;" in recalled
    assert "Thu hồi lô" in recalled
    for nowhere in (f"/lo/{stamp.gtin}/x", f"/lo/08935000000007/{stamp.code}"):
        assert phone.get(nowhere).status_code == 404


def test_the_query_is_passed_on(phone: TestClient, stamp: Stamp) -> None:
    """SHALL pass on all key=value pairs when redirecting."""
    answer = phone.get(stamp.lot, params={"a": "1", "b": "2"})
    assert urlsplit(answer.headers["location"]).query == "a=1&b=2"
    sold = phone.get(stamp.product, params={"a": "1"})
    assert sold.headers["location"].endswith("&a=1")


def test_the_resolver_describes_itself(phone: TestClient, seeded: Seeded) -> None:
    """SHALL provide /.well-known/gs1resolver and recognise the GS1 Web vocabulary."""
    told = phone.get("/.well-known/gs1resolver").json()
    assert told["resolverRoot"] == "http://testserver"
    assert told["supportedPrimaryKeys"] == ["01"]
    assert {"namespace": VOC, "prefix": "gs1:"} in told["supportedLinkType"]
    assert told["name"] == seeded.cooperative.name


def test_a_final_slash_is_tolerated(phone: TestClient, stamp: Stamp) -> None:
    """SHOULD tolerate trailing slashes."""
    for path in stamp.paths:
        assert phone.get(f"{path}/").status_code == phone.get(path).status_code
