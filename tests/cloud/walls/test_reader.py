"""The reader of pages finds what it is there for."""

from tests.cloud.walls.corpus import SCRIPTS
from tests.cloud.walls.markup import findings


def test_the_reader_sees_what_it_looks_for() -> None:
    harmless = [script for script in SCRIPTS if not findings(f"<p>{script}</p>")]
    assert [script for script in harmless if "<" in script and "\u200b" not in script] == []
    assert findings('<p title="" onmouseover="alert(1)">') == ["p onmouseover"]
    assert findings('<a href="javascript:alert(1)">') == ["a href=javascript:alert(1)"]
