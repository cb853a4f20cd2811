from traceability import errors

TREE = {
    "TraceabilityError": "traceability",
    "GS1Error": "gs1",
    "UnknownIdentifierError": "unknown-ai",
    "ValueRefusedError": "value",
    "LinkError": "link",
    "CompressedLinkError": "compressed",
    "AssociationError": "association",
    "EpcisError": "epcis",
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
