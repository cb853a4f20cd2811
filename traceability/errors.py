"""Everything this library raises, in one tree: a machine code and a sentence with the way out.

TraceabilityError
├── GS1Error        a GTIN, application identifier or Digital Link breaks a GS1 rule
│   ├── UnknownIdentifierError  the application identifier is not in GS1's table
│   ├── ValueRefusedError       the value of an identifier is malformed
│   ├── LinkError               the text is no Digital Link, or its parts stand wrong
│   ├── CompressedLinkError     the compressed part of a link does not unpack
│   └── AssociationError        identifiers that may not, or must, stand together
├── EpcisError      an EPCIS document or event breaks the published schema
├── ProofError      a Merkle proof does not hold
├── NoteError       a signed note, checkpoint or proof file is malformed or not believed
├── LogFilesError   the files of a log are missing, damaged or of another log
├── LegalError      what is told of a lot has not the shape that the law's fields need
├── SerialError     the text is not a serial that one of our keys made
├── KeyFileError    a key or its file is missing, exposed or malformed
├── FitError        the code cannot be printed at that size and stay readable
└── SheetError      the label sheet asked for cannot be made
"""

from typing import Final

LONGEST: Final = 300  # a sentence for a person; a hostile text is not told back at its own length


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


class TraceabilityError(Exception):
    """Base of the tree; ``code`` is for programs, ``str(error)`` for people."""

    code = "traceability"


class GS1Error(TraceabilityError):
    """Names the application identifier at fault, where there is one, and why."""

    code = "gs1"

    def __init__(self, reason: str, ai: str | None = None) -> None:
        super().__init__(f"AI ({shortened(ai)}): {reason}" if ai else reason)
        self.ai = ai


class UnknownIdentifierError(GS1Error):
    """Refused, because a guessed length would misread everything behind it."""

    code = "unknown-ai"


class ValueRefusedError(GS1Error):
    """Length, characters, check digit, date or code list."""

    code = "value"


class LinkError(GS1Error):
    """Scheme, host, key, order of qualifiers or attributes."""

    code = "link"


class CompressedLinkError(GS1Error):
    """Cut off, or packed with something no rule knows."""

    code = "compressed"


class AssociationError(GS1Error):
    """Judged over all that is known of an item, which one code alone may not hold."""

    code = "association"


class EpcisError(TraceabilityError):
    """Names the place as a JSON path, and what is wrong there."""

    code = "epcis"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(shortened(f"{path}: {reason}"))
        self.path = path


class ProofError(TraceabilityError):
    """Says what does not fit; which of proof, entry and root is the wrong one nobody can tell."""

    code = "proof"


class NoteError(TraceabilityError):
    """Never says that a text is true, only that nobody trusted said it."""

    code = "note"


class LogFilesError(TraceabilityError):
    """Names the file; a copy of the log elsewhere may still be whole."""

    code = "log"


class LegalError(TraceabilityError):
    """Names the field."""

    code = "legal"


class SerialError(TraceabilityError):
    """Never says more than that: a guesser learns nothing about how close the guess was."""

    code = "serial"


class KeyFileError(TraceabilityError):
    """Raised before anything is issued, so that no stamp depends on a bad key."""

    code = "key"


class FitError(TraceabilityError):
    """Says what would fit instead."""

    code = "fit"


class SheetError(TraceabilityError):
    """Refused before the first byte is written."""

    code = "sheet"
