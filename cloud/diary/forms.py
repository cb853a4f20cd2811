"""What somebody sends who did something, or puts right what stands there."""

from datetime import date
from typing import Annotated, Final, Literal

from fastapi import UploadFile
from pydantic import Field, StringConstraints

from cloud.bodies import Body
from cloud.diary.models import WITH_INPUTS, Work
from cloud.diary.rules import Said, Used
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
    supply: str = Field("", max_length=20)
    product: Annotated[Line, StringConstraints(max_length=80)] = ""
    registration: Annotated[Line, StringConstraints(max_length=40)] = ""
    dose: Annotated[Line, StringConstraints(max_length=60)] = ""
    phi_days: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,3}$")] = ""
    photos: list[UploadFile] = Field(default=[], max_length=MAX_PHOTOS)
    voice: list[UploadFile] = Field(default=[], max_length=1)

    def said(self) -> Said:
        return Said(self.key, self.work, self.day, self.note, self._used(), self.supply)

    def _used(self) -> Used | None:
        told = self.supply or self.product or self.phi_days
        if self.work not in WITH_INPUTS or not told:
            return None
        days = int(self.phi_days) if self.phi_days else None
        return Used(self.product, self.registration, self.dose, days)

    def octets(self) -> list[bytes]:
        """Of each photo; a browser sends an empty one where none was chosen."""
        return [octets for photo in self.photos if (octets := photo.file.read())]

    def said_aloud(self) -> bytes:
        """The recording; nothing where none was made."""
        return b"".join(one.file.read() for one in self.voice)


class CorrectionForm(Body):
    """What stands there instead, or that nothing does."""

    key: Key
    act: Literal["correct", "strike"]
    work: Work
    day: date
    note: Note = ""

    def said(self) -> Said:
        return Said(self.key, self.work, self.day, self.note)
