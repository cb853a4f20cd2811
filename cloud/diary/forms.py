"""What somebody sends who did something, or puts right what stands there."""

from datetime import date
from typing import Annotated, Final, Literal

from fastapi import UploadFile
from pydantic import Field, StringConstraints

from cloud.bodies import Body
from cloud.diary.models import Work
from cloud.diary.rules import Said
from cloud.lines import Line

MAX_PHOTOS: Final = 3
"""The place, the bag, the leaf; more take a weak line too long."""

Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]{10,36}$")]
Note = Annotated[Line, StringConstraints(max_length=200)]


class EntryForm(Body):
    """One thing that was done; the key makes it one, however often it is sent."""

    key: Key
    zone: str = Field(max_length=20)
    work: Work
    day: date
    note: Note = ""
    photos: list[UploadFile] = Field(default=[], max_length=MAX_PHOTOS)

    def said(self) -> Said:
        return Said(self.key, self.work, self.day, self.note)

    def octets(self) -> list[bytes]:
        """Of each photo; a browser sends an empty one where none was chosen."""
        return [octets for photo in self.photos if (octets := photo.file.read())]


class CorrectionForm(Body):
    """What stands there instead, or that nothing does."""

    key: Key
    act: Literal["correct", "strike"]
    work: Work
    day: date
    note: Note = ""

    def said(self) -> Said:
        return Said(self.key, self.work, self.day, self.note)
