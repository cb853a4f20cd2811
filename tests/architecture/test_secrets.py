"""No key of anything stands in the tree; those of tests are made by tests."""

import re

from tests.architecture.test_words import texts

# What a key looks like where it is written down.
KEYS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bxox[abpr]-[0-9A-Za-z-]{10,}"
    r"|\beyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}"
    r"|(?i:secret|password|token|api_?key|command_?key|seed)\w*[\"']?\s*[=:]\s*[\"'][0-9a-fA-F]{32,}[\"']"
)


def test_no_secret_in_the_tree() -> None:
    assert [name for name, text in texts() if KEYS.search(text)] == []


def test_the_pattern_sees_keys() -> None:
    assert KEYS.search('secret = "' + "0f" * 32 + '"')
    assert KEYS.search("-----BEGIN " + "PRIVATE KEY-----")
    assert not KEYS.search('name = "vuonso"')
