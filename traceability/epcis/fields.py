"""The texts and numbers of EPCIS fields, and the node that all its objects are."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, ClassVar, Final, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    StringConstraints,
    model_validator,
)

from traceability.epcis import vocabulary as cbv

_PATH: Final = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*"
_BEHIND: Final = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*"
_USER: Final = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*"
_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)"
# RFC 3986, with a scheme.
URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    rf"(?://(?:{_USER}@)?{_HOST}(?::[0-9]*)?(?:/{_PATH})?|(?!//){_PATH})"
    rf"(?:\?{_BEHIND})?(?:#{_BEHIND})?"
)
_HOUR: Final = r"(?:[01][0-9]|2[0-3])"
_SIXTY: Final = r"[0-5][0-9]"
TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]"
    rf"({_HOUR}:(?:{_SIXTY}:{_SIXTY}|59:60))(\.[0-9]+)?([Zz]|[+-]{_HOUR}:{_SIXTY})"
)
_CAPITALS: Final = {"id": "ID", "ids": "IDs", "epc": "EPC", "epcs": "EPCs"}
FORMER_OR_FOREIGN: Final = re.compile(r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/")
WEB_VOCABULARY_URI: Final = re.compile(r"https?://(?:www\.)?gs1\.org/voc/")


def is_uri(text: str) -> bool:
    return URI.fullmatch(text) is not None


def _uri(text: str) -> str:
    if not is_uri(text):
        raise ValueError(f"{text!r} is no URI")
    return text


def _time(text: str) -> str:
    shape = TIME.fullmatch(text)
    if shape is None:
        raise ValueError(f"{text!r} is no RFC 3339 time with its offset")
    date.fromisoformat(shape[1])
    return text


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number")  # noqa: TRY004 a ValueError is what models tell
    return value


def _unique(items: list[str]) -> list[str]:
    if len(set(items)) < len(items):
        raise ValueError("an item stands twice in the list")
    return items


def _context(context: JsonValue) -> JsonValue:
    parts = context if isinstance(context, list) else [context]
    seen: list[JsonValue] = []
    for part in parts:
        if not isinstance(part, dict) and not (isinstance(part, str) and is_uri(part)):
            raise ValueError("a context is a URI or an object of prefixes")
        if part in seen:
            raise ValueError("a context stands twice in the list")
        seen.append(part)
    return context


def _word(words: frozenset[str], reserved: re.Pattern[str] = FORMER_OR_FOREIGN) -> AfterValidator:
    def check(text: str) -> str:
        if text in words or (is_uri(text) and not reserved.match(text)):
            return text
        raise ValueError(f"{text!r} is neither a word of the standard nor a URI of one's own")

    return AfterValidator(check)


Uri = Annotated[str, AfterValidator(_uri)]
Time = Annotated[str, AfterValidator(_time)]
Context = Annotated[JsonValue, AfterValidator(_context)]
Offset = Annotated[str, StringConstraints(pattern=r"^[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)$")]
Number = Annotated[int | float, BeforeValidator(_number)]
Unit = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,3}$")]
HexBinary = Annotated[str, StringConstraints(pattern=r"^[A-Fa-f0-9]+$")]
BizStep = Annotated[str, _word(cbv.BIZ_STEPS)]
Disposition = Annotated[str, _word(cbv.DISPOSITIONS)]
TransactionType = Annotated[str, _word(cbv.TRANSACTION_TYPES)]
PartyType = Annotated[str, _word(cbv.PARTY_TYPES)]
ErrorReason = Annotated[str, _word(cbv.ERROR_REASONS)]
Component = Annotated[str, _word(cbv.COMPONENTS)]
Measurement = Annotated[str, _word(cbv.MEASUREMENTS, WEB_VOCABULARY_URI)]
Alert = Annotated[str, _word(cbv.ALERTS, WEB_VOCABULARY_URI)]


Unique = AfterValidator(_unique)


def epcis_name(name: str) -> str:
    """``input_epc_list`` as EPCIS spells it: ``inputEPCList``."""
    first, *others = name.split("_")
    return first + "".join(_CAPITALS.get(word, word.capitalize()) for word in others)


def own_names(names: Iterable[str]) -> None:
    """Members of one's own need a namespace, so that no later standard can mean something else."""
    for name in names:
        if not is_uri(name):
            raise ValueError(f"{name!r} is no field here, and has no namespace of its own")


def any_names(names: Iterable[str]) -> None:
    """The schema leaves these objects open."""


class Node(BaseModel):
    """An object of EPCIS: its fields, and members in a namespace of their own."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", alias_generator=epcis_name)
    __pydantic_extra__: dict[str, JsonValue]

    extension_rule: ClassVar[Callable[[Iterable[str]], None]] = own_names

    @model_validator(mode="before")
    @classmethod
    def _no_null(cls, given: object) -> object:
        if isinstance(given, dict) and None in given.values():
            for field in cls.model_fields.values():
                if field.alias in given and given[field.alias] is None:
                    raise ValueError(f"{field.alias} is null; leave it out instead")
        return given

    @model_validator(mode="after")
    def _own_names(self) -> Self:
        if self.model_extra:
            type(self).extension_rule(self.model_extra)
        return self

    def json_ld(self) -> dict[str, JsonValue]:
        """As it came in: nothing added, nothing left out."""
        dumped = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return cast("dict[str, JsonValue]", dumped)


class ClosedNode(Node):
    """One that no member may be added to."""

    model_config = ConfigDict(extra="forbid")


class OpenNode(Node):
    """One that takes members by any name."""

    extension_rule = any_names
