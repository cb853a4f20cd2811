import pytest

from traceability.epcis.identifiers import canonical

STEM = "https://id.gs1.org"


# From the examples of the EPC Tag Data Standard and of CBV 2.0.
@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("urn:epc:id:sgtin:4012345.011111.98%2F6", "/01/04012345111118/21/98%2F6"),
        ("urn:epc:id:sgtin:4012345.011111.9.8+6", "/01/04012345111118/21/9.8%2B6"),
        ("urn:epc:id:upui:1234567.089456.51qIgY)", "/01/01234567894560/235/51qIgY%29"),
        ("urn:epc:class:lgtin:4012345.012345.998877", "/01/04012345123456/10/998877"),
        ("urn:epc:id:sscc:4012345.0000000333", "/00/040123450000003338"),
        ("urn:epc:id:sgln:4012345.00005.0", "/414/4012345000054"),
        ("urn:epc:id:sgln:4012345.00011.987", "/414/4012345000115/254/987"),
        ("urn:epc:id:pgln:4012345.00225", "/417/4012345002256"),
        ("urn:epc:id:grai:4012345.77777.ABC", "/8003/04012345777772ABC"),
        ("urn:epc:id:giai:4000001.1.1", "/8004/40000011.1"),
        ("urn:epc:id:gsrn:0614141.0000010253", "/8018/061414100000102534"),
        ("urn:epc:id:gsrnp:0614141.0000010253", "/8017/061414100000102534"),
        ("urn:epc:id:gdti:0614141.00001.1618034", "/253/06141410000121618034"),
        ("urn:epc:id:sgcn:4012345.67890.04711", "/255/401234567890104711"),
        ("urn:epc:id:cpi:0614141.5PQ7%2FZ43.12345", "/8010/06141415PQ7%2FZ43/8011/12345"),
        ("urn:epc:id:ginc:0614141.xyz3311cba", "/401/0614141xyz3311cba"),
        ("urn:epc:id:gsin:0614141.123456789", "/402/06141411234567890"),
        ("urn:epc:id:itip:4012345.012345.01.02.987", "/8006/040123451234560102/21/987"),
        ("urn:epc:idpat:sgtin:4012345.012345.*", "/01/04012345123456"),
        ("urn:epc:idpat:itip:4012345.012345.01.02.*", "/8006/040123451234560102"),
        ("urn:epc:idpat:grai:4012345.77777.*", "/8003/04012345777772"),
        ("urn:epc:idpat:cpi:0614141.5PQ7.*", "/8010/06141415PQ7"),
        (
            "https://a/x/01/09520123456788/10/L1/21/S1?17=261123#a",
            "/01/09520123456788/21/S1",
        ),
        ("http://a/gtin/9520123456788/lot/L1/", "/01/09520123456788/10/L1"),
        ("https://a/01/09520123456788/22/V", "/01/09520123456788"),
        ("https://a/01/09520123456789", "/01/09520123456789"),
        ("https://a/414/4012345000054/7040/1ABC", "/414/4012345000054"),
        ("https://id.example.com/253/4012345000054987", "/253/4012345000054987"),
    ],
)
def test_identifiers_become_links_of_the_finest_level(text: str, path: str) -> None:
    assert canonical(text) == STEM + path


@pytest.mark.parametrize(
    "text",
    [
        "urn:epc:id:gid:95100000.12345.400",
        "urn:epc:id:sgtin:4012345.01111.9",
        "urn:epc:id:sgtin:4012345.011111",
        "urn:epc:id:sgtin:12345.01111111.1",
        "urn:epc:id:giai:4000001.",
        "urn:epc:idpat:sgtin:4012345.012345.1",
        "urn:epc:nothing",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "https://example.com/401/unauthorised",
        "https://example.com/8013/1987654Ad4X4bL5ttr2310c2K",
        "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
        "https://example.com/01/123",
        "geo:50.9,6.9",
    ],
)
def test_what_is_no_gs1_identifier_stays_as_it_is(text: str) -> None:
    assert canonical(text) is None
