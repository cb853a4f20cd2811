"""A data folder serves one demonstration at a time and is never emptied by mistake."""

import os
from pathlib import Path

import pytest

from vuonso.errors import DemoError
from vuonso.place import Place


def test_the_folder_serves_one_at_a_time(tmp_path: Path) -> None:
    handle = Place(tmp_path / "demo").lock()
    with pytest.raises(DemoError, match="Another demonstration"):
        Place(tmp_path / "demo").lock()
    os.close(handle)
    os.close(Place(tmp_path / "demo").lock())


def test_fresh_deletes_what_a_demonstration_made(tmp_path: Path) -> None:
    place = Place(tmp_path / "demo")
    (place.folder / "cloud").mkdir(parents=True)
    (place.folder / "cloud" / "cloud.db").touch()
    place.notes.touch()
    handle = place.lock()
    place.clear()
    assert [path.name for path in place.folder.iterdir()] == ["lock"]
    os.close(handle)


def test_fresh_leaves_a_stranger_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("three years of work")
    with pytest.raises(DemoError, match=r"thesis\.odt"):
        Place(tmp_path).clear()
    assert (tmp_path / "thesis.odt").exists()


def test_fresh_on_nothing_is_fine(tmp_path: Path) -> None:
    Place(tmp_path / "new").clear()
