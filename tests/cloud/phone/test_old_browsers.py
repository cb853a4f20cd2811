"""Scripts of pages are understood by browsers of 2017."""

from pathlib import Path

import pytest

from cloud.web import STATIC
from tests.cloud.phone.es2017 import later_than_2017

SCRIPTS = sorted(STATIC.rglob("*.js"))
YOUNGER = (
    "var a = b?.c;",
    "var a = b ?? c;",
    "a ||= b;",
    "a &&= b;",
    "a ??= b;",
    "try { a(); } catch { b(); }",
    "for await (const a of b) { c(a); }",
    "async function* a() {}",
    "var a = { ...b };",
    "var { a, ...b } = c;",
    "call({ a: 1, ...b });",
    "class A { #b = 1; }",
    "import a from 'b';",
    "var a = import('b');",
    "var a = 10n;",
    "var a = 1_000;",
    "var a = /(?<=b)c/;",
    "var a = /(?<year>[0-9]+)/;",
    r"a.replace(/\p{L}/u, '');",
    "var a = /b/s;",
    "a.flatMap(b);",
    "a.at(-1);",
    "a.replaceAll('b', 'c');",
    "a.then(b).finally(c);",
    "var a = structuredClone(b);",
    "Object.fromEntries(a);",
    "Promise.allSettled(a);",
)
OLD_ENOUGH = (
    "var a = b ? .5 : 1;",
    "var a = [...b], c = d(...e);",
    "const f = ([a, ...b]) => { g(...b); };",
    "async function a() { await b; }",
    "try { a(); } catch (_error) { b(); }",
    "var a = 'b?.c ?? {...d}'; // e?.f",
    '/* a ??= b */ var c = "{ ...d }";',
    r"var a = /^\/b(\/[^/]+)?\/c$/;",
    "var a = b / c / d;",
    "var a = x1_0, b = c10n;",
    "Object.entries(a); b.padStart(2); c.includes(d);",
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_browser_of_2017_reads_it(script: Path) -> None:
    assert later_than_2017(script.read_text("utf-8")) == []


def test_all_scripts_are_looked_at() -> None:
    assert len(SCRIPTS) > 10


@pytest.mark.parametrize("source", YOUNGER)
def test_what_is_younger_is_found(source: str) -> None:
    assert later_than_2017(source)


@pytest.mark.parametrize("source", OLD_ENOUGH)
def test_what_is_old_enough_is_not(source: str) -> None:
    assert later_than_2017(source) == []
