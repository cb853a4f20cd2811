"""Two generations, of which the newest whole one counts."""

from pathlib import Path

import pytest

from edge import keepsake
from edge.change import OpenDose
from edge.keepsake import Keepsake, KeptZone
from wire.codes import Fault


def kept(number: int) -> Keepsake:
    zone = KeptZone(day=739_000, litres=12.5, fault=Fault.BURST)
    dose = OpenDose("z1", 180.0, 6.0, "c-1")
    meta = {"stop_n": str(number)}
    return Keepsake(meta=meta, zones={"z1": zone}, settings=(2, "{}"), doses=(dose,))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "edge.db"


def test_what_was_saved_is_found_again(store: Path) -> None:
    assert keepsake.load(store) is None
    keepsake.save(kept(1), store)
    assert keepsake.load(store) == kept(1)


@pytest.mark.parametrize("rubbish", [b"", b"{", b"\xff\xfe", b'{"meta": 3}'])
def test_a_damaged_copy_gives_way_to_the_one_before(store: Path, rubbish: bytes) -> None:
    keepsake.save(kept(1), store)
    keepsake.save(kept(2), store)
    assert keepsake.load(store) == kept(2)
    store.with_name("edge.db.keep").write_bytes(rubbish)
    assert keepsake.load(store) == kept(1)


def test_a_move_cut_off_half_way_leaves_one_whole_copy(store: Path) -> None:
    keepsake.save(kept(1), store)
    store.with_name("edge.db.keep").rename(store.with_name("edge.db.keep-1"))
    store.with_name("edge.db.keep.new").write_text("{")
    assert keepsake.load(store) == kept(1)


def test_a_copy_from_before_doses_were_kept_is_read(store: Path) -> None:
    store.with_name("edge.db.keep").write_text('{"meta": {}, "zones": {}, "settings": null}')
    assert keepsake.load(store) == Keepsake(meta={}, zones={}, settings=None)
