"""What in a script is younger than ES2017: old browsers stop at the first sign they do not know.

Telephones without updates of their browser (Android 8 and 9 end with Chrome 138, those without the
Play Store far earlier) read a page's scripts whole or not at all. This is no parser: strings,
comments and regular expressions are set aside, and the rest is looked through for signs and names
that came later.
"""

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
    |(?P<regex>(?:(?<=[(,=:\[!&|?{};])|(?<=return))\s*/(?![*/])
        (?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_LATER: Final = {
    r"\?\.(?!\d)": "optional chaining (ES2020)",
    r"\?\?": "?? (ES2020)",
    r"(?:\|\||&&)=": "logical assignment (ES2021)",
    r"\bcatch\s*\{": "catch without a name (ES2019)",
    r"\bfor\s+await\b": "for await (ES2018)",
    r"\basync\s*(?:function\s*)?\*": "asynchronous generator (ES2018)",
    r"(?<!\w)#\w": "private name (ES2022)",
    r"\bstatic\s*\{": "static block (ES2022)",
    r"\bimport\b": "import (not in a plain script)",
    r"(?<![\w.])\d+n\b": "BigInt (ES2020)",
    r"(?<![\w.])\d+_\d": "numeric separator (ES2021)",
    r"\bglobalThis\b": "globalThis (ES2020)",
    r"\b(?:structuredClone|queueMicrotask|WeakRef)\b": "a function of later browsers",
    r"\bObject\.(?:fromEntries|hasOwn|groupBy)\b": "Object's later functions",
    r"\bPromise\.(?:allSettled|any|withResolvers|try)\b": "Promise's later functions",
    r"\bAbortSignal\.(?:timeout|any)\b": "AbortSignal's later functions",
    r"(?<!clients)\.(?:flat|flatMap|at|replaceAll|matchAll|trimStart|trimEnd|finally|findLast|findLastIndex"
    r"|toSorted|toReversed|toSpliced|replaceChildren)\s*\(": "a method of later browsers",
}
_REGEX_LATER: Final = re.compile(r"\(\?<|\\[pP]\{|/[a-z]*[svd][a-z]*$")
"""Looking behind, named groups, kinds of characters, and flags of ES2018 and later."""


def later_than_2017(source: str) -> list[str]:
    """The lines with what an old browser does not understand, and what that is."""
    plain, found = [], []
    for token in _TOKEN.finditer(source):
        kind, text = token.lastgroup, token.group()
        if kind == "regex" and _REGEX_LATER.search(text):
            line = source.count("\n", 0, token.start()) + 1
            found.append(f"{line}: regular expression {text.strip()} (ES2018)")
        plain.append(text if kind == "sign" else '""' + "\n" * text.count("\n"))
    bare = "".join(plain)
    for pattern, what in _LATER.items():
        found += [f"{_line(bare, one.start())}: {what}" for one in re.finditer(pattern, bare)]
    found += [f"{_line(bare, at)}: ... in an object (ES2018)" for at in _spread_in_objects(bare)]
    return found


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _spread_in_objects(bare: str) -> Iterator[int]:
    """Where three dots stand directly within braces: in a list or a call they are of ES2015."""
    open_signs: list[str] = []
    for one in re.finditer(r"\.\.\.|[()\[\]{}]", bare):
        sign = one.group()
        if sign in "([{":
            open_signs.append(sign)
        elif sign != "...":
            open_signs.pop()
        elif open_signs[-1:] == ["{"]:
            yield one.start()
