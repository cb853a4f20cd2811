"""Gathers what is known of a lot for its score."""

from datetime import date, timedelta
from typing import Final, cast

from sqlmodel import Session

from cloud.cooperatives.models import Zone
from cloud.diary import service as diary
from cloud.diary.models import Work
from cloud.diary.rules import Used
from cloud.evidence import rules
from cloud.evidence.rules import Basis, Score
from cloud.lots import rules as days
from cloud.lots.models import Lot
from cloud.passports import service as passports
from cloud.telemetry import signed

FARTHEST: Final = timedelta(days=400)
"""No crop grows longer between planting and one harvest."""


def score(session: Session, lot: Lot) -> Score:
    """Of a lot as it grew; whoever asks has been checked for it."""
    return rules.score(_basis(session, lot))


def _basis(session: Session, lot: Lot) -> Basis:
    first, last = _grew(session, lot)
    time = (days.start_of(first), days.start_of(last + timedelta(days=1)))
    entries = diary.of_zone(session, lot.zone_id, (first, last))
    used = diary.inputs(session, entries)
    put_on = [entry for entry in entries if entry.work in {Work.SPRAY, Work.FEED}]
    papers = passports.shown(session, lot).certificates
    return Basis(
        days=(last - first).days + 1,
        measured_days=lot.measured.days,
        signed_days=len(signed.days_of(session, [lot.zone_id], time)[lot.zone_id]),
        certificates=len(passports.valid(papers, last)),
        entries=len(entries),
        inputs=len(put_on),
        told_inputs=sum(
            _is_whole(used.get(cast("int", entry.id)), entry.work) for entry in put_on
        ),
    )


def _grew(session: Session, lot: Lot) -> tuple[date, date]:
    """From planting to harvest; a zone that was planted anew since is taken from the first row."""
    planted = session.get_one(Zone, lot.zone_id).planted_on
    if planted > lot.harvested_on:
        begun = lot.measured.first_at
        planted = days.local_day(begun) if begun else lot.harvested_on
    return max(planted, lot.harvested_on - FARTHEST), lot.harvested_on


def _is_whole(used: Used | None, work: Work) -> bool:
    if used is None or not (used.product and used.dose):
        return False
    return work is not Work.SPRAY or bool(used.registration and used.phi_days is not None)
