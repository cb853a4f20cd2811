"""The script that verifies in a browser: it judges as the library does, on the same material."""

import base64
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page

from tests.traceability.conftest import MASTER, vectors
from traceability import sealed
from traceability.log import Tree, leaf_hash
from traceability.manifest import Manifest, Recall, Run, SeasonKey
from traceability.notes import Checkpoint, Inclusion, Signer, sign
from traceability.sealed import Seal, lot_check

__all__ = ["vectors"]

SCRIPT = Path(__file__).parents[2] / "traceability" / "browser" / "verify.js"
MOST_OCTETS = 12_000
SIGNER = Signer("htx.example/so", Ed25519PrivateKey.from_private_bytes(bytes(32)))
STRANGER = Signer("htx.example/so", Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
KEY = str(SIGNER.verifier)
ENTRIES = [f'{{"lô":{number}}}'.encode() for number in range(300)]
SEASON = sealed.derive(MASTER, "2026-2")
LIST = Manifest(
    origin="htx.example/so",
    sequence=1,
    issued_on=date(2026, 11, 29),
    valid_until=date(2027, 6, 30),
    hosts=["TXNG.VN"],
    keys=[SeasonKey(3, "2026-2", SEASON.public_key().public_bytes_raw())],
    runs=[Run(12, 3, 500, "Dưa lưới Mai Anh")],
    recalls=[Recall(12, 100, 199, "thu hồi")],
)
JUDGE = """async ({name, args}) => {
  const octets = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const turned = args.map((one) => one && one.octets !== undefined ? octets(one.octets)
    : Array.isArray(one) ? one.map((item) => octets(item.octets)) : one);
  try { return {ok: await vuonso[name](...turned) || true}; }
  catch (error) { return {refused: error instanceof vuonso.Refusal, why: String(error)}; }
}"""


def packed(octets: bytes) -> dict[str, str]:
    return {"octets": base64.b64encode(octets).decode()}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page of a secure origin with the script and nothing else; no server answers it."""
    opened = browser.new_page()
    opened.route(
        "**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
    )
    opened.goto("http://127.0.0.1/")
    opened.add_script_tag(path=SCRIPT)
    yield opened
    opened.close()


def judged(page: Page, name: str, *args: object) -> object:
    """What the script makes of it; a refusal is told as its word, a breakdown fails the test."""
    answer = page.evaluate(JUDGE, {"name": name, "args": list(args)})
    if "ok" in answer:
        return answer["ok"]
    assert answer["refused"], answer["why"]
    return None


def head(entries: list[bytes], signer: Signer = SIGNER) -> str:
    tree = Tree(map(leaf_hash, entries))
    return sign(str(Checkpoint("htx.example/so", tree.size, tree.root())), [signer])


def proof(index: int, signer: Signer = SIGNER) -> str:
    tree = Tree(map(leaf_hash, ENTRIES))
    return str(Inclusion(index, tree.inclusion(index), head(ENTRIES, signer)))


def test_it_is_small_and_speaks_an_old_language() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_OCTETS
    for newer in ("?.", "??", "BigInt", "...{", "catch {", ".flat(", "matchAll"):
        assert newer not in text, f"{newer} is younger than ES2017"


def test_published_proofs_are_judged_as_published(page: Page, vectors: Path) -> None:
    wrong = []
    for path in sorted((vectors / "merkle").rglob("*.json")):
        told = json.loads(path.read_bytes())
        path_ = [{"octets": one} for one in told["proof"] or []]
        if "size1" in told:
            roots = ({"octets": told["root1"]}, {"octets": told["root2"]})
            found = judged(page, "verifyConsistency", told["size1"], told["size2"], path_, *roots)
        else:
            leaf, root = {"octets": told["leafHash"]}, {"octets": told["root"]}
            found = judged(
                page, "verifyInclusion", told["leafIdx"], told["treeSize"], leaf, path_, root
            )
        wrong += [str(path)] if (found is True) is told["wantErr"] else []
    assert wrong == []


def test_every_proof_of_every_small_tree_holds_and_none_for_another_entry(page: Page) -> None:
    for size in (1, 2, 3, 7, 8, 9):
        tree = Tree(map(leaf_hash, ENTRIES[:size]))
        for index in range(size):
            path = [packed(one) for one in tree.inclusion(index)]
            leaf, root = packed(leaf_hash(ENTRIES[index])), packed(tree.root())
            assert judged(page, "verifyInclusion", index, size, leaf, path, root) is True
            other = packed(leaf_hash(b"another"))
            assert judged(page, "verifyInclusion", index, size, other, path, root) is None
        for old in range(1, size + 1):
            path = [packed(one) for one in tree.consistency(old)]
            roots = packed(tree.root(old)), packed(tree.root())
            assert judged(page, "verifyConsistency", old, size, path, *roots) is True
            forged = packed(leaf_hash(b"another")), packed(tree.root())
            assert judged(page, "verifyConsistency", old, size, path, *forged) is None


def test_a_proof_file_is_verified_with_its_entry_and_nothing_else(page: Page) -> None:
    entry = packed(ENTRIES[7])
    found = judged(page, "verifyProof", proof(7), entry, KEY)
    assert found == {"origin": "htx.example/so", "size": 300, "index": 7}
    for spoilt, of in (
        (proof(8), entry),
        (proof(7), packed(ENTRIES[8])),
        (proof(7).replace("index 7", "index 07"), entry),
        (proof(7).replace("\n300\n", "\n301\n"), entry),
        (proof(7, STRANGER), entry),
        (proof(7)[:-9], entry),
        ("", entry),
    ):
        assert judged(page, "verifyProof", spoilt, of, KEY) is None


@pytest.mark.parametrize(
    ("issuance", "index", "verdict"),
    [(12, 0, "genuine"), (12, 500, "overissued"), (12, 150, "recalled"), (13, 0, "unlisted")],
)
def test_a_sealed_stamp_is_judged_as_the_library_judges_it(
    page: Page, issuance: int, index: int, verdict: str
) -> None:
    seal = Seal(
        kid=3,
        issuance=issuance,
        index=index,
        harvested_on=date(2026, 11, 23),
        simulated=False,
        lot_check=lot_check("L1"),
    )
    digits = sealed.issue(seal, SEASON)
    assert LIST.judge(digits)[0] == verdict
    found = judged(page, "verifySealed", digits, LIST.signed([SIGNER]), KEY)
    assert found == {
        "verdict": verdict,
        "kid": 3,
        "issuance": issuance,
        "index": index,
        "harvested_on": "2026-11-23",
        "simulated": False,
        "lot_check": lot_check("L1").hex(),
        "product": "Dưa lưới Mai Anh" if issuance == 12 else None,
        "listed_on": "2026-11-29",
        "valid_until": "2027-06-30",
    }
    forged = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert judged(page, "verifySealed", forged, LIST.signed([SIGNER]), KEY) is None
    assert judged(page, "verifySealed", digits, LIST.signed([STRANGER]), KEY) is None
