from collections.abc import Callable

import pytest

from traceability import digital_link, elements, errors
from traceability.epcis import document

TREE = {
    "TraceabilityError": "traceability",
    "GS1Error": "gs1",
    "UnknownIdentifierError": "unknown-ai",
    "ValueRefusedError": "value",
    "LinkError": "link",
    "CompressedLinkError": "compressed",
    "AssociationError": "association",
    "EpcisError": "epcis",
    "ProofError": "proof",
    "NoteError": "note",
    "LogFilesError": "log",
    "LegalError": "legal",
    "SerialError": "serial",
    "KeyFileError": "key",
    "FitError": "fit",
    "SheetError": "sheet",
}


def test_the_tree_and_its_codes_are_part_of_the_interface() -> None:
    found = {
        name: kind.code
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.TraceabilityError)
    }
    assert found == TREE
    assert all(name in (errors.__doc__ or "") for name in TREE)


def test_a_gs1_error_says_which_identifier() -> None:
    assert str(errors.GS1Error("too long", "10")) == "AI (10): too long"
    assert str(errors.GS1Error("no host")) == "no host"


@pytest.mark.parametrize(
    "read",
    [
        lambda text: digital_link.parse(f"https://a/01/09520123456788/{text}/1"),
        lambda text: elements.read(f"({text})1"),
        lambda text: document.read(f'{{"type": "ObjectEvent", "eventTime": "{text}"}}'),
        lambda text: document.read(f'{{"type": "{text}"}}'),
    ],
    ids=["link", "element string", "time", "type"],
)
def test_a_hostile_text_is_not_told_back_at_its_own_length(read: Callable[[str], object]) -> None:
    with pytest.raises(errors.TraceabilityError) as refused:
        read("9" * 10_000)
    assert len(str(refused.value)) < 500
