"""The public record as files: served by any web server, checked by a script that is not ours."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

import traceability
from cloud.export import service as export
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded
from traceability.errors import LogFilesError, NoteError

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SCRIPT = Path(traceability.__file__).parent / "independent" / "check_record.py"


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def grow(seeded: Seeded, as_manager: TestClient) -> Callable[[], None]:
    """A lot with two runs: one on goods but for a torn stamp, the other not yet."""

    def work() -> None:
        body = {
            "zone": seeded.zones[1].public_id,
            "product": "Dưa <b>lưới</b>",
            "quantity_g": 5000,
        }
        lot = as_manager.post("/api/v1/lots", json=body).json()["id"]
        runs = [
            as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": count}).json()["id"]
            for count in (5, 7)
        ]
        as_manager.post(f"/api/v1/issuances/{runs[0]}/activate")
        torn = {"first": "2", "last": "2", "reason": "chị Thử làm rách"}
        as_manager.post(f"/htx/tem/{runs[0]}/huy", data=torn)

    return work


@pytest.fixture
def write(engine: Engine, settings: Settings) -> Callable[[Path], export.Written]:
    def work(folder: Path) -> export.Written:
        with Session(engine) as session:
            return export.write(session, settings, folder)

    return work


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a web server that knows nothing but files."""
    handler = partial(_Silent, directory=tmp_path / "record")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def checked(place: str | Path, *flags: str) -> tuple[int, str]:
    """By Python without our packages on its path."""
    command = [sys.executable, "-I", "-S", "-c", _WITHOUT_US, str(SCRIPT), str(place), *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


_WITHOUT_US = f"""
import runpy, sys
sys.path += {[path for path in sys.path if "site-packages" in path]!r}
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def files_of(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_what_is_served_is_checked_without_us(
    grow: Callable[[], None],
    write: Callable[[Path], export.Written],
    tmp_path: Path,
    served: str,
) -> None:
    grow()
    done = write(tmp_path / "record")
    (tmp_path / "kept").write_bytes((tmp_path / "record/log/checkpoint").read_bytes())
    grow()
    write(tmp_path / "record")

    code, said = checked(served, "--key", done.key, "--since", str(tmp_path / "kept"))

    assert code == 0, said
    assert "grew out of the older one of 6 lines" in said
    assert "24 stamps were issued, no run twice" in said
    assert checked(tmp_path / "record") == (0, said.replace(_grew(said), ""))


def _grew(said: str) -> str:
    return next(line for line in said.splitlines(keepends=True) if "grew" in line)


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("log/tile/entries/000.p/6", (b'"quantity":7', b'"quantity":9'), "something was changed"),
        ("log/tile/0/000.p/6", None, "does not fit the entries"),
        ("log/checkpoint", (b"\n6\n", b"\n5\n"), "a signature does not fit"),
        ("lot.json", (b'\\"quantity\\":7', b'\\"quantity\\":9'), "is not in the log"),
    ],
)
def test_whatever_is_changed_is_told(
    grow: Callable[[], None],
    write: Callable[[Path], export.Written],
    tmp_path: Path,
    name: str,
    change: tuple[bytes, bytes] | None,
    why: str,
) -> None:
    grow()
    key = write(tmp_path).key
    path = next(tmp_path.rglob("lot.json")) if name == "lot.json" else tmp_path / name
    octets = path.read_bytes()
    changed = octets.replace(*change) if change else octets[:-1] + bytes([octets[-1] ^ 1])
    assert changed != octets
    path.write_bytes(changed)
    code, said = checked(tmp_path, "--key", key)
    assert code == 1
    assert why in said.splitlines()[-1]


def test_the_same_record_is_the_same_files_and_only_what_is_new_is_written(
    grow: Callable[[], None], write: Callable[[Path], export.Written], tmp_path: Path
) -> None:
    grow()
    first = write(tmp_path / "one")
    assert first.files > 8
    write(tmp_path / "other")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "other")
    assert write(tmp_path / "one").files == 0
    grow()
    assert write(tmp_path / "one").files > 0
    write(tmp_path / "other")
    assert files_of(tmp_path / "one").keys() <= files_of(tmp_path / "other").keys()


def test_nobody_is_named_and_what_was_typed_is_shown_not_run(
    grow: Callable[[], None],
    write: Callable[[Path], export.Written],
    tmp_path: Path,
    seeded: Seeded,
) -> None:
    grow()
    write(tmp_path / "record")
    pages = {
        name: text.decode()
        for name, text in files_of(tmp_path / "record").items()
        if "tile" not in name
    }
    told = "".join(
        text for name, text in pages.items() if not name.endswith((".css", ".py", ".js"))
    )
    names = (
        seeded.cooperative.name,
        seeded.cooperative.address,
        seeded.cooperative.phone,
        seeded.farm.name,
        seeded.zones[1].name,
        seeded.manager.account.name,
        seeded.device.id,
        "rách",
    )
    assert [name for name in names if name in told] == []
    html = "".join(text for name, text in pages.items() if name.endswith(".html"))
    assert "Dưa &lt;b&gt;lưới&lt;/b&gt;" in html
    assert "hủy tem số 2 đến 2" in html
    assert "stamps 2 to 2 void" in html


def test_another_past_is_refused_before_a_page_is_written(
    grow: Callable[[], None],
    write: Callable[[Path], export.Written],
    tmp_path: Path,
    engine: Engine,
    settings: Settings,
) -> None:
    grow()
    write(tmp_path / "record")
    before = files_of(tmp_path / "record")
    other = settings.model_copy(update={"log_name": "somebody.else/so"})
    with Session(engine) as session, pytest.raises((LogFilesError, NoteError)):
        export.write(session, other, tmp_path / "record")
    assert files_of(tmp_path / "record") == before
