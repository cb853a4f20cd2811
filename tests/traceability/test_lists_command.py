"""A cooperative without a cloud seals stamps, lists them, recalls some and changes its keys."""

import json
from pathlib import Path
from typing import Any

import pytest

from traceability.cli import main
from traceability.keyfile import KeyFile
from traceability.manifest import Manifest
from traceability.notes import Verifier

ORIGIN = ["--origin", "htx.vn/tem"]
LOT = ["--host", "https://txng.vn", "--product", "Dưa lưới", "--lot", "L1"]


class Cooperative:
    """Its files, and what its people type."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys
        self.typed(0, "keygen", self.at("keys.json"), "--season", "2026-2")
        self.print_run("run.json")

    def at(self, name: str) -> str:
        return str(self._folder / name)

    def typed(self, status: int, *words: str) -> str:
        assert main([*words]) == status
        said = self._capsys.readouterr()
        return said.out + said.err

    def print_run(self, name: str, *more: str, keys: str = "keys.json") -> None:
        made = ["--harvested", "2026-11-23", "--quantity", "5", "--out", self.at(name)]
        self.typed(0, "issue", "--keys", self.at(keys), *LOT, *made, *more)

    def listed(self, *more: str, on: str = "2026-11-29", status: int = 0, **files: str) -> str:
        days = ["--issued-on", on, "--valid-until", "2027-06-30"]
        keys = ["--keys", self.at(files.get("keys", "keys.json"))]
        return self.typed(status, "manifest", self.at("list.note"), *keys, *ORIGIN, *days, *more)

    def sealed(self, run: str = "run.json", keys: str = "keys.json") -> list[str]:
        out = self.at("cartons.txt")
        self.typed(0, "seal", self.at(run), "--keys", self.at(keys), "--out", out)
        return Path(out).read_text().splitlines()

    def key(self) -> str:
        return Path(self.at("list.key")).read_text().strip()

    def judged(self, link: str, *more: str, key: str | None = None, status: int = 0) -> str:
        by = ["--manifest", self.at("list.note"), "--key", key or self.key()]
        return self.typed(status, "verify", *by, *more, link)

    def read(self) -> Manifest:
        note = Path(self.at("list.note")).read_text()
        return Manifest.read(note, [Verifier.parse(self.key())])


@pytest.fixture
def coop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cooperative:
    return Cooperative(tmp_path, capsys)


def test_what_is_sealed_and_listed_verifies_without_a_network(coop: Cooperative) -> None:
    said = coop.listed("--host", "https://txng.vn", "--run", coop.at("run.json"))
    assert said.splitlines() == [
        "list 1 of htx.vn/tem, until 2027-06-30: keys 1, runs 1, recalls 0",
        f"it is verified by {coop.key()}",
    ]
    links = coop.sealed()
    assert len(set(links)) == 5
    assert all(link.startswith("https://TXNG.VN/S/") for link in links)
    assert coop.judged(links[4]) == "genuine: issuance 1, index 4, harvested 2026-11-23\n"
    assert coop.read().hosts == ["https://TXNG.VN"]
    told: dict[str, Any] = json.loads(coop.judged(links[4], "--json"))
    assert (told["listed_on"], told["valid_until"]) == ("2026-11-29", "2027-06-30")


def test_the_next_list_recalls_and_the_one_before_is_no_way_back(coop: Cooperative) -> None:
    coop.listed("--run", coop.at("run.json"))
    links = coop.sealed()
    older = Path(coop.at("older.note"))
    older.write_text(Path(coop.at("list.note")).read_text())
    assert "list 2" in coop.listed("--recall", "1:1-2", "thu hồi", on="2026-12-02")
    assert "recalled" in coop.judged(links[1], "--since", str(older), status=1)
    assert "genuine" in coop.judged(links[3], "--since", str(older))
    Path(coop.at("list.note")).rename(coop.at("younger.note"))
    older.rename(coop.at("list.note"))
    said = coop.judged(links[1], "--since", coop.at("younger.note"), status=2)
    assert "list 1 of 2026-11-29 does not follow list 2 of 2026-12-02" in said


def test_a_whole_run_is_recalled_by_its_number(coop: Cooperative) -> None:
    coop.listed("--run", coop.at("run.json"), "--recall", "1", "thu hồi")
    assert all("recalled" in coop.judged(link, status=1) for link in coop.sealed())


@pytest.mark.parametrize(
    ("on", "status"),
    [("2026-11-28", 2), ("2026-11-29", 0), ("2027-06-30", 0), ("2027-07-01", 2)],
)
def test_a_list_is_believed_on_its_days(coop: Cooperative, on: str, status: int) -> None:
    coop.listed("--run", coop.at("run.json"))
    said = coop.judged(coop.sealed()[0], "--on", on, status=status)
    assert ("this list is for 2026-11-29 to 2027-06-30" in said) is (status == 2)


def test_an_expired_season_makes_room_once_it_is_out_of_file_and_list(coop: Cooperative) -> None:
    coop.listed("--run", coop.at("run.json"))
    assert "--retire it there" in coop.listed("--withdraw", "2026-2", status=2)
    more = ["--season", "2027-1", "--retire", "2026-2"]
    coop.typed(2, "keygen", coop.at("keys.json"), *more)  # a file without a season is none
    coop.typed(0, "keygen", coop.at("keys.json"), "--season", "2027-1")
    coop.typed(0, "keygen", coop.at("keys.json"), "--season", "2027-2", "--retire", "2026-2")
    coop.print_run("next.json")
    assert "share a key id" in coop.listed(status=2)
    coop.listed("--withdraw", "2026-2", "--run", coop.at("next.json"))
    assert {key.kid: key.season for key in coop.read().keys} == {0: "2027-2", 1: "2027-1"}
    assert [run.issuance for run in coop.read().runs] == [2]


def test_after_a_leak_nothing_of_the_old_key_counts_and_no_number_comes_twice(
    coop: Cooperative,
) -> None:
    coop.listed("--run", coop.at("run.json"))
    old_key, old_link = coop.key(), coop.sealed()[0]
    after = ["--season", "2027-1", "--after", coop.at("list.note"), "--key", old_key]
    coop.typed(0, "keygen", coop.at("new.json"), *after)
    coop.print_run("new-run.json", keys="new.json")
    both = ["--withdraw", "2026-2", "--run", coop.at("new-run.json")]
    assert "nobody whose key" in coop.listed(*both, keys="new.json", status=2)
    coop.listed(*both, "--key", old_key, keys="new.json")
    link = coop.sealed("new-run.json", "new.json")[0]
    assert "genuine: issuance 2, index 0" in coop.judged(link)
    assert "season that is not known" in coop.judged(old_link, status=1)
    assert "nobody whose key" in coop.judged(link, key=old_key, status=2)


def test_after_a_loss_old_stamps_stay_genuine_under_the_new_key(coop: Cooperative) -> None:
    coop.listed("--run", coop.at("run.json"))
    old_key, old_link = coop.key(), coop.sealed()[0]
    Path(coop.at("keys.json")).unlink()
    after = ["--season", "2027-1", "--after", coop.at("list.note"), "--key", old_key]
    coop.typed(0, "keygen", coop.at("new.json"), *after)
    coop.listed("--key", old_key, keys="new.json")
    assert coop.key() != old_key
    assert "genuine" in coop.judged(old_link)


def test_a_list_signed_twice_is_believed_by_who_knows_either_key(coop: Cooperative) -> None:
    coop.listed("--run", coop.at("run.json"))
    old_key, old_link = coop.key(), coop.sealed()[0]
    after = ["--season", "2027-1", "--after", coop.at("list.note"), "--key", old_key]
    coop.typed(0, "keygen", coop.at("new.json"), *after)
    coop.listed("--key", old_key, "--cosign", coop.at("keys.json"), keys="new.json")
    assert coop.judged(old_link) == coop.judged(old_link, key=old_key)


def test_a_new_file_takes_the_numbers_that_the_list_leaves_free(coop: Cooperative) -> None:
    coop.listed("--run", coop.at("run.json"))
    after = ["--season", "2027-1", "--after", coop.at("list.note"), "--key", coop.key()]
    coop.typed(0, "keygen", coop.at("new.json"), *after)
    made = KeyFile.load(Path(coop.at("new.json")))
    assert ([one.kid for one in made.seasons], made.next_issuance) == ([1], 2)


def test_a_list_is_answered_to_programs(coop: Cooperative) -> None:
    told = json.loads(coop.listed("--run", coop.at("run.json"), "--json"))
    assert told == {
        "origin": "htx.vn/tem",
        "sequence": 1,
        "keys": 1,
        "runs": 1,
        "recalls": 0,
        "key": coop.key(),
    }


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--season", "2027-1", "--after", "list.note"], "--after is for a new key file"),
        (["--season", "2027-1", "--retire", "1999-1"], "no season 1999-1"),
    ],
)
def test_a_key_file_is_not_changed_in_ways_that_make_no_sense(
    coop: Cooperative, more: list[str], why: str
) -> None:
    before = KeyFile.load(Path(coop.at("keys.json")))
    assert why in coop.typed(2, "keygen", coop.at("keys.json"), *more)
    assert KeyFile.load(Path(coop.at("keys.json"))) == before


@pytest.mark.parametrize(
    ("more", "why"),
    [(["--retire", "2026-2"], "to take a season out of"), (["--after", "list.note"], "--key")],
)
def test_a_new_file_asks_for_what_it_needs(coop: Cooperative, more: list[str], why: str) -> None:
    assert why in coop.typed(2, "keygen", coop.at("new.json"), "--season", "2027-1", *more)
    assert not Path(coop.at("new.json")).exists()


def test_trial_runs_and_odd_recalls_are_not_listed(coop: Cooperative) -> None:
    coop.print_run("trial.json", "--simulated")
    assert "MẪU" in coop.listed("--run", coop.at("trial.json"), status=2)
    for stamps in ("một", "1:5", "1:9-5", "7"):
        coop.listed("--run", coop.at("run.json"), "--recall", stamps, "thu hồi", status=2)
    assert not Path(coop.at("list.note")).exists()


def test_a_run_of_a_season_the_file_does_not_have_is_not_sealed(coop: Cooperative) -> None:
    KeyFile.new("2027-1", kid=4).save(Path(coop.at("other.json")))
    words = ["--keys", coop.at("other.json"), "--out", coop.at("cartons.txt")]
    assert "no season with kid 0" in coop.typed(2, "seal", coop.at("run.json"), *words)
    assert not Path(coop.at("cartons.txt")).exists()
