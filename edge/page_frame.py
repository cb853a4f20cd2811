"""What every page in the greenhouse shares: letters, colours, policy, notes and links. Pure."""

import base64
import hashlib
from html import escape
from typing import Final

from edge import words
from edge.words import Said

PATHS: Final = {"vi": "/", "en": "/en"}

STYLE: Final = (
    "*{box-sizing:border-box}body{margin:0 auto;max-width:32rem;padding:0 .75rem 2rem;"
    "font:1.06rem/1.4 system-ui,sans-serif;color:#17211a;background:#f4f6f2}"
    "header{display:flex;justify-content:space-between;align-items:center;gap:.5rem}"
    "h1{font-size:1.15rem;margin:.7rem 0}h2{font-size:1.1rem;margin:0;"
    "overflow-wrap:anywhere}"
    "header a{padding:.8rem .4rem}a{color:#0b5d2e}"
    "section{background:#fff;border:1px solid #cdd6cc;border-radius:.6rem;padding:.7rem .8rem;"
    "margin:.7rem 0}section>div{display:flex;flex-wrap:wrap;"
    "justify-content:space-between;gap:.1rem .5rem}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.15rem .9rem;margin:.5rem 0 0}"
    "dt{color:#4a574d}dd{margin:0;text-align:right}p{margin:.35rem 0}"
    ".tag{border-radius:1rem;padding:.05rem .7rem;background:#e4e9e2;white-space:nowrap}"
    ".on{background:#0b5ea8;color:#fff}.bad{background:#a3180f;color:#fff}"
    ".note{border-left:.35rem solid #a3180f;padding:.45rem .7rem;background:#fff}"
    ".good{border-color:#0b7a3b}.dim{color:#4a574d}"
    "button,.key{display:block;width:100%;min-height:3.4rem;margin:.6rem 0 0;padding:.8rem;"
    "border:0;border-radius:.6rem;font:inherit;font-weight:700;text-align:center;"
    "text-decoration:none;color:#fff;background:#0b5d2e}"
    ".stop{background:#a3180f;font-size:1.35rem;min-height:4.2rem}"
    ".plain{background:#fff;color:#0b5d2e;border:2px solid #0b5d2e}"
    "label{display:block;margin:.7rem 0 .2rem}input,select{width:100%;min-height:3.2rem;"
    "font:inherit;font-size:1.3rem;padding:.4rem .6rem;border:2px solid #4a574d;"
    "border-radius:.5rem;background:#fff;color:inherit}"
    ":focus-visible{outline:3px solid #0b5ea8;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{color:#eef3ee;background:#101612}"
    "section,input,select{background:#1a231d;border-color:#4a574d}.note{background:#1a231d}"
    ".plain{background:#1a231d;color:#8fd9ac;border-color:#8fd9ac}a{color:#8fd9ac}"
    "a.key{color:#fff}a.plain{color:#8fd9ac}.tag{background:#2e3a32}"
    ".on{background:#0b5ea8}.bad{background:#b3261e}dt,.dim{color:#b6c3b9}}"
)
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; img-src data:; style-src 'sha256-{_DIGEST}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def page(body: str, language: str) -> str:
    other, name = ("en", "English") if language == "vi" else ("vi", "Tiếng Việt")
    title = say(words.TITLE, language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{title}</title><style>{STYLE}</style></head>'
        f'<body><header><h1>{title}</h1><a lang="{other}" href="{PATHS[other]}">{name}</a>'
        f"</header><main>{body}</main></body></html>"
    )


def link(path: str, language: str, said: Said, kind: str) -> str:
    target = path + PATHS[language].rstrip("/")
    return f'<a class="{kind}" href="{escape(target)}">{say(said, language)}</a>'


def back(language: str) -> str:
    return f'<a class="key plain" href="{PATHS[language]}">{say(words.BACK, language)}</a>'


def note(sentence: str, *, good: bool = False) -> str:
    return f'<p class="note{" good" if good else ""}" role="status">{escape(sentence)}</p>'


def hidden_language(language: str) -> str:
    return f'<input type="hidden" name="language" value="{language}">'


def say(said: Said, language: str) -> str:
    return escape(said.speak(language))
