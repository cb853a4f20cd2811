"""What every body a client sends has in common: no field too many, no number that is none.

Refuses characters that no database keeps, so that text is text on both of them.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict, field_validator

_NUL: Final = "\0"  # PostgreSQL keeps none
_HALVES: Final = range(0xD800, 0xE000)  # surrogates: no encoding has one alone


class Body(BaseModel):
    """Base of all forms and JSON bodies; a test refuses a route that takes another."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _storable(cls, value: object) -> object:
        if isinstance(value, str) and any(one == _NUL or ord(one) in _HALVES for one in value):
            raise ValueError("a character that is none")
        return value
