"""The index of words on both databases: FTS5 of SQLite, a `tsvector` of PostgreSQL.

Both get words that we took apart ourselves, so that they find the same. No extension of
PostgreSQL is needed. The table `showing_words` is not among the models: each database has its own
kind of it (migration 0039).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy import TextualSelect
from sqlmodel import Session

from cloud.fold import fold
from cloud.products.asked import Phrase, Term, words

_MOST: Final = 400
"""Words of a description that are looked through."""


def _columns(statement: str) -> TextualSelect:
    columns = (sa.column("product_id", sa.Integer), sa.column("tier", sa.Integer))
    return sa.text(statement).columns(*columns)


_IN_SQLITE: Final = _columns("""
SELECT rowid AS product_id,
  (rowid IN (SELECT rowid FROM showing_words WHERE showing_words MATCH :exact)) * 8
  + (rowid IN (SELECT rowid FROM showing_words WHERE showing_words MATCH :same)) * 4
  + (rowid IN (SELECT rowid FROM showing_words WHERE showing_words MATCH :whole)) * 2
  + (rowid IN (SELECT rowid FROM showing_words WHERE showing_words MATCH :near)) AS tier
FROM showing_words WHERE showing_words MATCH :wide
""")
_IN_POSTGRES: Final = _columns("""
SELECT product_id,
  CAST(words @@ CAST(:exact AS tsquery) AS int) * 8
  + CAST(words @@ CAST(:same AS tsquery) AS int) * 4
  + CAST(words @@ CAST(:whole AS tsquery) AS int) * 2
  + CAST(words @@ CAST(:near AS tsquery) AS int) AS tier
FROM showing_words WHERE words @@ CAST(:wide AS tsquery)
""")
"""Words with the marks that were typed, other names of the same, whole words, names before the
rest; each counts more than all after it."""


@dataclass(frozen=True)
class Text:
    """What is found of a product: its name, stall and place first, then what is said of it."""

    name: str
    body: str


class Index(Protocol):
    """The words of what is shown."""

    def put(self, session: Session, product: int, text: Text) -> None: ...

    def drop(self, session: Session, product: int) -> None: ...

    @property
    def found(self) -> TextualSelect:
        """Rows of `product_id` and `tier`, the more the better, for what `asked` gives.

        Names count more than descriptions, whole words more than beginnings, and words with the
        marks that were typed more than others.
        """
        ...

    def asked(self, wanted: Sequence[Term], *, body: bool) -> dict[str, str]:
        """What the statement is asked for these terms, in names or in descriptions too."""
        ...


class _Sqlite:
    """Columns `exact` (with marks), `folded` and `body` (without)."""

    def put(self, session: Session, product: int, text: Text) -> None:
        self.drop(session, product)
        name, body = words(text.name), words(text.body)[:_MOST]
        session.connection().execute(
            sa.text(
                "INSERT INTO showing_words (rowid, exact, folded, body)"
                " VALUES (:id, :exact, :folded, :body)"
            ),
            {
                "id": product,
                "exact": " ".join(name),
                "folded": " ".join(fold(word) for word in name),
                "body": " ".join(fold(word) for word in body),
            },
        )

    def drop(self, session: Session, product: int) -> None:
        session.connection().execute(
            sa.text("DELETE FROM showing_words WHERE rowid = :id"), {"id": product}
        )

    @property
    def found(self) -> TextualSelect:
        return _IN_SQLITE

    def asked(self, wanted: Sequence[Term], *, body: bool) -> dict[str, str]:
        everywhere = "{folded body}" if body else "{folded}"
        return {
            "near": " AND ".join(self._wide(term, "{folded}") for term in wanted),
            "wide": " AND ".join(self._wide(term, everywhere) for term in wanted),
            "whole": " AND ".join(_quoted("{folded}", term.words) for term in wanted),
            "same": " AND ".join(self._either(self._exact(term), term) for term in wanted),
            "exact": " AND ".join(self._exact(term) for term in wanted),
        }

    def _exact(self, term: Term) -> str:
        return _quoted("{exact}", term.typed)

    def _wide(self, term: Term, columns: str) -> str:
        begins = " AND ".join(f'{columns} : "{word}" *' for word in term.words)
        return self._either(f"({begins})", term)

    def _either(self, itself: str, term: Term) -> str:
        others = (_quoted("{exact}", other) for other in term.others)
        return f"({' OR '.join([itself, *others])})"


class _Postgres:
    """Lexemes without marks, and those with marks behind a «=»; names have weight A."""

    def put(self, session: Session, product: int, text: Text) -> None:
        session.connection().execute(
            sa.text(
                "INSERT INTO showing_words (product_id, words)"
                " VALUES (:id, CAST(:words AS tsvector))"
                " ON CONFLICT (product_id) DO UPDATE SET words = excluded.words"
            ),
            {"id": product, "words": _vector(text)},
        )

    def drop(self, session: Session, product: int) -> None:
        session.connection().execute(
            sa.text("DELETE FROM showing_words WHERE product_id = :id"), {"id": product}
        )

    @property
    def found(self) -> TextualSelect:
        return _IN_POSTGRES

    def asked(self, wanted: Sequence[Term], *, body: bool) -> dict[str, str]:
        return {
            "near": self._begins(wanted, "A"),
            "wide": self._begins(wanted, "" if body else "A"),
            "whole": " & ".join(f"({_phrase(term.words, '', ':A')})" for term in wanted),
            "same": " & ".join(self._either(self._exact(term), term) for term in wanted),
            "exact": " & ".join(f"({self._exact(term)})" for term in wanted),
        }

    def _exact(self, term: Term) -> str:
        return _phrase(term.typed, "=", ":A")

    def _begins(self, wanted: Sequence[Term], weight: str) -> str:
        return " & ".join(self._either(_all(term.words, f":*{weight}"), term) for term in wanted)

    def _either(self, itself: str, term: Term) -> str:
        others = (f"({_phrase(other, '=', ':A')})" for other in term.others)
        return f"({' | '.join([f'({itself})', *others])})"


_INDEXES: Final[dict[str, Index]] = {"sqlite": _Sqlite(), "postgresql": _Postgres()}


def index_of(session: Session) -> Index:
    return _INDEXES[session.get_bind().dialect.name]


def _quoted(columns: str, phrase: Phrase) -> str:
    """A phrase for FTS5; words are letters and digits only, so that nothing in them is a sign."""
    return f'{columns} : "{" ".join(phrase)}"'


def _all(phrase: Phrase, label: str) -> str:
    return " & ".join(f"'{word}'{label}" for word in phrase)


def _phrase(phrase: Phrase, before: str, label: str) -> str:
    return " <-> ".join(f"'{before}{word}'{label}" for word in phrase)


def _vector(text: Text) -> str:
    name, body = words(text.name), words(text.body)[:_MOST]
    parts = [
        part
        for at, word in enumerate(name, 1)
        for part in (f"'{fold(word)}':{at}A", f"'={word}':{at}A")
    ]
    start = len(name) + 2
    parts += [f"'{fold(word)}':{at}D" for at, word in enumerate(body, start)]
    return " ".join(parts)
