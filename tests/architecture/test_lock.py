"""The lock file can only send an installer to the public index and to that index's file store."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
LOCK_TEXT = (ROOT / "uv.lock").read_text("utf-8")
PACKAGES = tomllib.loads(LOCK_TEXT)["package"]
PUBLIC = {"pypi.org", "files.pythonhosted.org"}


def addresses() -> set[str]:
    found: set[str] = set()
    for package in PACKAGES:
        found.update(value for key, value in package["source"].items() if key != "editable")
        files = [*package.get("wheels", ()), *package.get("sdist", {}).values()]
        found.update(file["url"] for file in files if isinstance(file, dict))
        found.update(value for value in package.get("sdist", {}).values() if "://" in str(value))
    return found


def test_every_address_is_public_and_encrypted() -> None:
    parts = {(urlsplit(address).scheme, urlsplit(address).hostname) for address in addresses()}
    assert parts == {("https", host) for host in PUBLIC}


def test_no_other_address_stands_anywhere_in_the_file() -> None:
    assert LOCK_TEXT.count("://") == LOCK_TEXT.count("https://")
    elsewhere = [line for line in LOCK_TEXT.splitlines() if "://" in line]
    assert all(any(f"https://{host}/" in line for host in PUBLIC) for line in elsewhere)


def test_every_file_is_pinned_by_its_hash() -> None:
    files = [file for package in PACKAGES for file in package.get("wheels", ())]
    assert files
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_the_project_names_no_index_of_its_own() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]
    assert {"index", "index-url", "extra-index-url", "find-links"}.isdisjoint(tool)


def test_the_scripts_name_no_host() -> None:
    scripts = [path for path in (ROOT / "script").iterdir() if path.is_file()]
    assert [path.name for path in scripts if "://" in path.read_text("utf-8")] == []
