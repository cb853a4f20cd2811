"""Every command, flag and setting is documented."""

import re

import pytest

from cloud.settings import Settings
from tests.docs import command_reference as reference

PAGE = reference.PAGE.read_text("utf-8")
COMMANDS = dict(reference.commands())


def section(words: tuple[str, ...]) -> str:
    heading = rf"^##+ {re.escape(' '.join(('vuonso', *words)))}\n(.*?)(?=^##|\Z)"
    found = re.search(heading, PAGE, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


# Flags, not the text around them: the layout of help differs between Python's versions.
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "vuonso")
def test_every_flag_is_on_the_page(words: tuple[str, ...]) -> None:
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", COMMANDS[words]))
    assert section(words)
    assert flags == set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", section(words)))


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "vuonso")
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    assert len(COMMANDS[words].splitlines()) > 3


def test_every_setting_is_on_the_page_and_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"| `VUONSO_{name.upper()}` |" in PAGE
        assert field.description in PAGE


def test_the_table_of_roles_is_that_of_the_program() -> None:
    assert reference.roles() in PAGE


def test_every_key_of_the_board_is_on_the_page() -> None:
    for section in reference.SECTIONS:
        told = PAGE.partition(f"### {section.__name__}\n")[2].partition("\n### ")[0]
        assert [key for key in section.model_fields if f"| `{key}` |" not in told] == []
