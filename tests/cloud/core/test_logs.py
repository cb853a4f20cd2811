"""Lines of the log: one each, printable, and nothing of what anybody sent."""

import contextvars
import json
import logging
import subprocess
import sys
from collections.abc import Callable

import pytest
from pydantic import BaseModel
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from cloud.accounts.models import Account
from cloud.db import writing
from cloud.logs import Json, Line, request_id
from tests.cloud.conftest import Seeded

PHONE = "+84912000001"
ROUNDS = """
import logging
from apscheduler.schedulers.background import BackgroundScheduler
from cloud import logs
logs.speak("json")
scheduler = BackgroundScheduler(timezone="UTC")
scheduler.add_job(print, "interval", seconds=60)
scheduler.start()
logging.getLogger("apscheduler.executors.default").warning("a round was late")
scheduler.shutdown()
"""
FORGED = (
    "a\r\nERROR cloud.web: all accounts were deleted",
    "a\u2028ERROR cloud.web: all accounts were deleted",
    "\x1b[2K\x1b[1A\x1b[31mERROR",
    "\x9b31mERROR",
    "\u202etxet denrut",
    "\x00\x07\x08\x7f",
    "a\x85b\x0bc\x0cd",
)


def line(message: str, *args: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    return Line().format(
        logging.LogRecord("cloud.web", logging.ERROR, "web.py", 1, message, args, info)
    )


def raised(cause: Callable[[], object]) -> Exception:
    """The error with the way it took."""
    try:
        cause()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("forged", FORGED, ids=ascii)
def test_nobody_writes_a_second_line_or_colours_the_first(forged: str) -> None:
    told = line("said %s", forged)
    assert told.splitlines() == [told]
    assert told.isprintable()


def test_vietnamese_stays_readable() -> None:
    assert line("HTX %s", "Dưa lưới") == "ERROR cloud.web: HTX Dưa lưới"


def test_an_error_is_told_by_its_kind_and_its_way_and_not_by_its_words() -> None:
    def deep() -> None:
        raise RuntimeError(f"what {PHONE} typed")

    told = line("request %s failed", "0f0f", error=raised(deep))
    assert told.startswith(
        "ERROR cloud.web: request 0f0f failed | RuntimeError at core/test_logs.py:"
    )
    assert told.endswith(" deep")
    assert PHONE not in told


def test_what_led_to_it_is_told_too() -> None:
    def outer() -> None:
        try:
            int(PHONE + "x")
        except ValueError as error:
            raise KeyError(PHONE) from error

    told = line("failed", error=raised(outer))
    assert [part.split()[0] for part in told.split(" | ")[1:]] == ["KeyError", "ValueError"]
    assert PHONE not in told


def test_a_ring_of_causes_has_an_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert len(line("failed", error=first).split(" | ")) == 5


def test_a_full_disk_is_told_in_words() -> None:
    full = OSError(28, "No space left on device", f"/{PHONE}")
    assert "OSError (No space left on device) at" in line("failed", error=full)
    assert PHONE not in line("failed", error=full)


def test_a_database_out_of_order_is_told_in_words(session: Session) -> None:
    error = raised(
        lambda: session.connection().execute(
            text("select 1 from nowhere where 'x' = :x"), {"x": PHONE}
        )
    )
    told = line("failed", error=error)
    assert "nowhere" in told or not isinstance(error, OperationalError)
    assert PHONE not in told


def test_a_row_that_is_there_twice_names_nobody(engine: Engine, seeded: Seeded) -> None:
    """Not in our line, and not even in the error's own words where the database is embedded."""

    def again() -> None:
        with Session(writing(engine)) as session, session.begin():
            fields = seeded.farmer.account.model_dump(exclude={"id", "public_id"})
            session.add(Account.model_validate(fields))

    error = raised(again)
    assert isinstance(error, IntegrityError)
    assert PHONE not in line("failed", error=error)
    assert seeded.farmer.account.password_hash not in str(error)


def test_a_model_that_refuses_quotes_nothing() -> None:
    class Number(BaseModel):
        number: int

    assert PHONE not in line(
        "failed", error=raised(lambda: Number.model_validate({"number": f"x{PHONE}"}))
    )


def in_json(
    message: str, error: BaseException | None = None, **facts: object
) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("cloud.web", logging.ERROR, "web.py", 1, message, (), info)
    record.__dict__.update(facts)
    (said,) = Json().format(record).splitlines()
    found: dict[str, object] = json.loads(said)
    return found


def test_a_program_reads_one_object_a_line() -> None:
    said = in_json("sent\r\n{}", command="abc", device="d1", status=200)
    at = said.pop("at")
    assert str(at).endswith("+00:00")
    assert said == {
        "level": "ERROR",
        "logger": "cloud.web",
        "message": b"sent\\r\\n{}".decode("unicode_escape"),
        "command": "abc",
        "device": "d1",
        "status": 200,
    }


def test_what_no_line_may_tell_is_left_out() -> None:
    assert "phone" not in in_json("sent", phone=PHONE, name="Chị Hai")


def test_an_error_in_json_quotes_nobody_either() -> None:
    def deep() -> None:
        raise RuntimeError(f"what {PHONE} typed")

    said = in_json("failed", raised(deep))
    assert str(said["causes"]).startswith("['RuntimeError at core/test_logs.py:")
    assert PHONE not in json.dumps(said)


@pytest.mark.parametrize("forged", FORGED, ids=ascii)
def test_nobody_writes_a_second_object(forged: str) -> None:
    said = in_json(forged)
    assert said["message"] == forged


def test_everything_said_while_a_request_is_answered_names_it() -> None:
    context = contextvars.copy_context()
    context.run(request_id.set, "0f0f")
    assert context.run(in_json, "asked")["request"] == "0f0f"
    assert "request" not in in_json("asked")


def test_rounds_say_nothing_unless_something_is_wrong() -> None:
    said = subprocess.run(
        [sys.executable, "-c", ROUNDS], capture_output=True, check=True, text=True
    ).stderr.splitlines()
    assert [json.loads(told)["message"] for told in said] == ["a round was late"]
