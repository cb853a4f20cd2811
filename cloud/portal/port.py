"""Where a document for the national portal goes: a folder, or a file that a person uploads.

Once the portal's interface is published, what speaks to it is one more `Portal`.
"""

import io
from pathlib import Path
from typing import Final, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cloud.portal.document import Document

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # of all files within: the same document is the same octets


class Portal(Protocol):
    """Takes a document; an error of its own means that nothing was taken."""

    def deliver(self, document: Document) -> None: ...


class Folder:
    """Files side by side, each there whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def deliver(self, document: Document) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        for name, octets in document.files().items():
            fresh = self._root / f".{name}.new"
            fresh.write_bytes(octets)
            fresh.replace(self._root / name)


class Parcel:
    """The same files as one ZIP, to be taken along by a browser."""

    def __init__(self) -> None:
        self.octets = b""

    def deliver(self, document: Document) -> None:
        sink = io.BytesIO()
        with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
            for name, octets in document.files().items():
                archive.writestr(ZipInfo(name, _DATE), octets, ZIP_DEFLATED)
        self.octets = sink.getvalue()
