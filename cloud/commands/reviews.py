"""What buyers wrote of their goods, read by the platform before anybody else reads it.

The stars of a review that waits are not told: what it says is judged, not how much it praises.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.errors import ConfigurationError, Conflict, NotFound
from cloud.products.verifying import Judge
from cloud.reviews import judging
from cloud.reviews.judging import Case
from cloud.reviews.models import Part, Reason, ReviewState
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Alone it lists what waits."""
    parser.set_defaults(act=_list)
    inner = parser.add_subparsers()
    inner.add_parser("list", help="what waits, and what a shop reported").set_defaults(act=_list)
    one = inner.add_parser("show", help="all that is known of one")
    one.set_defaults(act=_show)
    good = inner.add_parser("publish", help="everybody may read them; what was reported stays")
    good.set_defaults(act=_publish)
    bad = inner.add_parser("refuse", help="nobody reads it; everybody reads why")
    bad.set_defaults(act=_refuse)
    bad.add_argument("--reason", required=True, choices=list(Reason), help="one of the rules'")
    answer = "only the shop's answer is taken away"
    bad.add_argument("--answer", action="store_true", help=answer)
    for command in (good, bad):
        command.add_argument("--by", required=True, help="name of the person who read it")
    for command in (one, bad):
        command.add_argument("id", help="as the list tells it")
    good.add_argument("id", nargs="+", help="as the list tells them")
    for command, otherwise in (
        (parser, None),
        *((each, argparse.SUPPRESS) for each in inner.choices.values()),
    ):
        command.description = "Settings are environment variables VUONSO_…"
        words = "folder of the data, for VUONSO_DATA_DIR"
        command.add_argument("--data", type=Path, default=otherwise, help=words)


def run(settings: Settings, args: argparse.Namespace) -> None:
    engine = open_database(settings)
    try:
        args.act(engine, args)
    finally:
        engine.dispose()


def _list(engine: Engine, _args: argparse.Namespace) -> None:
    with Session(engine) as session:
        for case in judging.waiting(session):
            review = case.review
            why = f"reported: {review.reported_for}" if review.reported_for else "waiting"
            print(f"{review.public_id}  {why}  {case.product}, lot {case.lot}")
            print(f"            {review.words or '(no words)'}")


def _show(engine: Engine, args: argparse.Namespace) -> None:
    with Session(engine) as session:
        try:
            case = judging.case(session, args.id)
        except NotFound:
            raise _unknown(args.id) from None
        for name, value in _facts(case).items():
            print(f"{name:<9} {value}")


def _facts(case: Case) -> dict[str, object]:
    review = case.review
    stars = {} if review.state is ReviewState.WAITING else {"stars": review.stars}
    facts = {
        "product": case.product,
        "lot": case.lot,
        "state": review.state,
        **stars,
        "written": f"{review.written_at:%Y-%m-%d}",
        "words": review.words,
        "answer": review.answer,
        "reported": review.reported_for,
        "refused": review.refused_for,
        "by": review.judged_by,
    }
    return {name: value for name, value in facts.items() if value}


def _publish(engine: Engine, args: argparse.Namespace) -> None:
    for one in args.id:
        with _judging(engine, args, one) as (session, judge):
            judging.publish(session, one, judge)
        print(f"review {one} is shown")


def _refuse(engine: Engine, args: argparse.Namespace) -> None:
    part, reason = Part.ANSWER if args.answer else Part.REVIEW, Reason(args.reason)
    with _judging(engine, args, args.id) as (session, judge):
        judging.refuse(session, args.id, part, reason, judge)
    print(f"{part} {args.id} is refused: {reason}")


@contextmanager
def _judging(
    engine: Engine, args: argparse.Namespace, public_id: str
) -> Iterator[tuple[Session, Judge]]:
    """One transaction for one review: of several, those before a mistake are done."""
    judge = Judge(args.by.strip(), SystemClock().now())
    if not judge.name:
        raise ConfigurationError("--by: the name of a person")
    try:
        with Session(writing(engine)) as session, session.begin():
            yield session, judge
    except NotFound:
        raise _unknown(public_id) from None
    except Conflict as refusal:
        raise ConfigurationError(f"{public_id}: {refusal.code}") from None


def _unknown(public_id: str) -> ConfigurationError:
    return ConfigurationError(f"there is no review, or no answer to one, with the id {public_id}")
