"""The command finds its program, loads nothing else, and explains itself."""

from pathlib import Path

import pytest

from vuonso.cli import PROGRAMS, Program, main


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Program]:
    """Two programs of the test's own: one answers with its words, one lacks a library."""
    (tmp_path / "echo_program.py").write_text("def main(argv): print(*argv); return 7\n")
    (tmp_path / "lame_program.py").write_text("import library_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    return {
        "echo": Program("echo_program", "edge", "says its words"),
        "lame": Program("lame_program", "cloud", "cannot start"),
    }


def test_the_rest_of_the_line_belongs_to_the_program(
    programs: dict[str, Program], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["echo", "run", "--help"], programs) == 7
    assert capsys.readouterr().out == "run --help\n"


def test_help_names_every_program(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in PROGRAMS)


def test_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("vuonso 0.")


@pytest.mark.parametrize("words", [[], ["water"]], ids=["nothing", "unknown"])
def test_a_wrong_call_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "PROGRAM" in capsys.readouterr().err


def test_a_missing_library_names_the_extra(
    programs: dict[str, Program], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lame"], programs) == 2
    assert "library_nobody_has is missing" in (said := capsys.readouterr().err)
    assert "vuonso[cloud]" in said
