"""What people read: every text translated, short, in a farmer's words, and none forgotten."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from cloud.audit.rules import AuditAction

CLOUD = Path(__file__).parents[3] / "cloud"
MAX_WORDS = 14  # a sentence that is read in one breath
JARGON = (
    "ngưỡng",
    "trễ",
    "online",
    "offline",
    "mqtt",
    "sync",
    "timeout",
    "null",
    "server",
    "lỗi hệ thống",
    "vui lòng thử lại sau",
)
NAMES = ("Vườn Số", "Tiếng Việt")  # the same in every language
HOW_TO = "see the comment in cloud/locale/babel.cfg"

Id = str | tuple[str, ...]


@cache
def extracted() -> frozenset[Id]:
    """Read once a run: it reads every file of the cloud, and nothing here changes one."""
    with (CLOUD / "locale/babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel's own
    found: set[Id] = set()
    for _file, _line, message, _comments, _context in extract_from_dir(CLOUD, methods, options):
        found.add(tuple(message) if isinstance(message, tuple | list) else message)
    return frozenset(found)


@cache
def translated() -> Mapping[Id, Message]:
    with (CLOUD / "locale/en.po").open(encoding="utf-8") as file:
        messages = [message for message in read_po(file) if message.id]
    return MappingProxyType(
        {tuple(m.id) if isinstance(m.id, tuple | list) else m.id: m for m in messages}
    )


def texts() -> list[str]:
    return sorted(
        one for found in extracted() for one in ([found] if isinstance(found, str) else found)
    )


def words_of(message: Message) -> list[str]:
    words = message.string
    return [words] if isinstance(words, str) else list(words or ())


def places(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)\w", text))


def test_every_text_has_its_english_and_no_more() -> None:
    catalogue = translated()
    assert extracted() - set(catalogue) == set(), HOW_TO
    assert set(catalogue) - extracted() == set(), HOW_TO


def test_no_translation_is_empty_or_a_guess() -> None:
    for key, message in translated().items():
        assert all(words_of(message)), key
        assert not message.fuzzy, key


def test_translations_keep_the_places_of_values() -> None:
    for key, message in translated().items():
        source = key if isinstance(key, str) else key[0]
        for words in words_of(message):
            assert places(words) == places(source), key


def test_vietnamese_is_composed() -> None:
    assert [text for text in texts() if text != unicodedata.normalize("NFC", text)] == []


@pytest.mark.parametrize("word", JARGON)
def test_no_jargon(word: str) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    assert [text for text in texts() if pattern.search(text)] == []


def test_sentences_are_short() -> None:
    long = [
        sentence
        for text in texts()
        for sentence in re.split(r"[.!?…:;]", text)
        if len(sentence.split()) > MAX_WORDS
    ]
    assert long == []


@pytest.mark.parametrize(
    "template",
    sorted((CLOUD / "templates").rglob("*.html")),
    ids=lambda path: str(path.relative_to(CLOUD)),
)
def test_templates_say_nothing_past_the_catalogue(template: Path) -> None:
    assert [text for text in bare_texts(template) if is_vietnamese(text)] == []


def bare_texts(template: Path) -> Iterator[str]:
    """What a template says itself, outside of tags, expressions and comments."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\n", template.read_text(), flags=re.DOTALL)
    for name in NAMES:
        text = text.replace(name, "")
    yield from (line.strip() for line in text.splitlines() if line.strip())


def is_vietnamese(text: str) -> bool:
    return any(ord(sign) > 0xBF and sign.isalpha() for sign in unicodedata.normalize("NFC", text))


def test_every_deed_of_the_record_has_its_words() -> None:
    """Else the first one of its kind breaks the whole page."""
    words = (CLOUD / "templates/members/words.html").read_text("utf-8")
    assert [one for one in AuditAction if f'"{one.value}": _(' not in words] == []


def test_a_code_that_is_read_out_by_telephone_is_of_one_screen() -> None:
    pages = sorted((CLOUD / "templates").rglob("*.html"))
    said = [re.findall(r'set screen = "(\w+)"', page.read_text("utf-8")) for page in pages]
    codes = [code for of_page in said for code in of_page]
    assert len(codes) > 40
    assert sorted({code for code in codes if codes.count(code) > 1}) == []
