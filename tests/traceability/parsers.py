"""Everything that reads what a stranger wrote; the drawn tests and the fuzzer both feed these."""

from collections.abc import Callable

from traceability import associations, compression, elements, payload
from traceability.digital_link import Tolerance, build, parse
from traceability.epcis.document import hashes, read, validate
from traceability.epcis.identifiers import canonical
from traceability.errors import GS1Error
from traceability.gs1 import gtin14
from traceability.keys import derive
from traceability.token import read as read_serial

KEYS = {0: derive(bytes(32), "2026-2", kid=0)}
TOLERANT = Tolerance(short_gtins=True, alphas=True, unknown=True, unknown_attributes=True)


def link(text: str) -> None:
    """What was read is written so that it is read the same."""
    made = compression.read(text)
    assert parse(made.canonical()).canonical() == made.canonical()
    assert (
        compression.read(compression.compress(made, "https://a")).canonical() == made.canonical()
    )


def tolerant_link(text: str) -> None:
    made = parse(text, TOLERANT)
    assert parse(made.on("https://a"), TOLERANT).canonical() == made.canonical()


def element_string(text: str) -> None:
    held = elements.read(text)
    assert elements.read(elements.scan(held)) == held
    assert elements.read(elements.brackets(held)) == held
    list(associations.problems(held))
    try:
        build(held)
    except GS1Error:
        return


def serial(text: str) -> None:
    read_serial(text, KEYS)


def gtin(text: str) -> None:
    gtin14(text)


def host(text: str) -> None:
    payload.base(text)


def identifier(text: str) -> None:
    """The canonical form of an identifier is its own canonical form."""
    found = canonical(text)
    assert found is None or canonical(found) == found


def events(text: str | bytes) -> None:
    """An accepted document goes out as it came in, under the same hashes."""
    found = read(text)
    assert hashes(validate(found.json_ld())) == hashes(found)


TEXTS: dict[str, Callable[[str], None]] = {
    "link": link,
    "tolerant_link": tolerant_link,
    "element_string": element_string,
    "serial": serial,
    "gtin": gtin,
    "host": host,
    "identifier": identifier,
    "events": events,
}
