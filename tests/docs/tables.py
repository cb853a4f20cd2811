"""Draws a pydantic model as a table of its fields."""

from inspect import getdoc

from pydantic import BaseModel

from wire.messages import MAX_UNIX_MS

BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
POWERS: dict[float, str] = {
    2**63 - 1: "2⁶³ - 1",
    2**32 - 1: "2³² - 1",
    MAX_UNIX_MS: "253370764800000 (the year 9999)",
}


def model_table(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    rows = [f"\n### {model.__name__}\n\n{getdoc(model)}\n\n"]
    rows.append("| field | is | default |\n|---|---|---|\n")
    for name, about in schema["properties"].items():
        default = "needed" if name in required else _default(about.get("default"))
        rows.append(f"| `{name}` | {_type(about)} | {default} |\n")
    return "".join(rows)


def _default(value: object) -> str:
    return "–" if value in (None, [], {}) else f"`{value}`"


def _type(about: dict[str, object]) -> str:
    options = about.get("anyOf")
    if isinstance(options, list):
        told = " or ".join(_type(option) for option in options if option.get("type") != "null")
        return f"{told} ({about['description']})" if "description" in about else told
    named = str(about.get("$ref", "")).rpartition("/")[2]
    words = [named or _kind(about)]
    words += [f"{sign} {_figure(about[key])}" for key, sign in BOUNDS.items() if key in about]
    words += [f"at most {about['maxItems']}"] if "maxItems" in about else []
    words += [f"`{about['pattern']}`".replace("|", "\\|")] if "pattern" in about else []
    words += [f"({about['description']})"] if "description" in about and not named else []
    return " ".join(words)


def _kind(about: dict[str, object]) -> str:
    choices = about.get("enum", [about["const"]] if "const" in about else None)
    if isinstance(choices, list):
        return " or ".join(f"`{choice}`" for choice in choices)
    return str(about.get("type", "value"))


def _figure(bound: object) -> str:
    return POWERS.get(bound, f"{bound:g}") if isinstance(bound, int | float) else str(bound)
