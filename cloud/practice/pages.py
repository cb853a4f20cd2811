"""The learner's page: what to do next, the one question, and the way out; the report of all."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.accounts import cookies, practising
from cloud.cooperatives import service as cooperatives
from cloud.errors import Conflict
from cloud.i18n import _
from cloud.lots.rules import local_day
from cloud.permissions import Permission, may, require
from cloud.practice import harvests, rules, service
from cloud.practice.models import DryForm, LessonForm
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

PAGE = "/tap-thu"
LOTS = f"{PAGE}/lo"

router = APIRouter()
Learner = Annotated[Principal, Depends(require(Permission.PRACTICE))]
Teacher = Annotated[Principal, Depends(require(Permission.TRAINING_READ))]


class NotPractising(Conflict):
    """The half hour is over, or never began in this browser."""

    code = "not_practising"
    sentence = _("Giờ tập đã hết. Mở lại trang Tập thử.")


@router.get(PAGE)
def page(request: Request, session: SessionDep, principal: Learner, now: NowDep) -> HTMLResponse:
    if principal.practice is None:
        places: int = request.app.state.practice_places()
        return render(request, "practice/door.html", places=places, minutes=_minutes())
    return _lesson(request, session, principal, now)


@router.post(PAGE)
def begin(
    request: Request, session: SessionDep, principal: Learner, now: NowDep
) -> RedirectResponse:
    if principal.practice is None:
        token = cookies.token_of(request) or ""
        places: int = request.app.state.practice_places()
        service.begin(session, principal, token, places, now)
    return _to(PAGE)


@router.post(f"{PAGE}/kho")
def answer(
    request: Request,
    session: SessionDep,
    principal: Learner,
    now: NowDep,
    form: Annotated[DryForm, Form()],
) -> HTMLResponse:
    if principal.practice is None:
        raise NotPractising
    right = service.answer(session, principal, form.zone, now)
    return _lesson(request, session, principal, now, wrong=not right)


@router.post(f"{PAGE}/bai")
def choose(
    session: SessionDep, principal: Learner, now: NowDep, form: Annotated[LessonForm, Form()]
) -> RedirectResponse:
    if principal.practice is None:
        raise NotPractising
    service.choose(session, principal, form.lesson, now)
    return _to(PAGE)


@router.post(f"{PAGE}/chi")
def show(request: Request, session: SessionDep, principal: Learner, now: NowDep) -> HTMLResponse:
    """How the next step goes, in more words; that it was asked for is counted."""
    if principal.practice is None:
        raise NotPractising
    service.call(session, principal)
    return _lesson(request, session, principal, now, hint=True)


@router.post(f"{PAGE}/thoi")
def leave(session: SessionDep, principal: Learner, now: NowDep) -> RedirectResponse:
    practising.leave(session, principal.account_id, now)
    return _to("/vuon")


@router.get(LOTS)
def lots(request: Request, session: SessionDep, principal: Learner, now: NowDep) -> HTMLResponse:
    if principal.practice is None:
        raise NotPractising
    return _lots(request, session, principal, now)


@router.post(LOTS)
def harvest(
    session: SessionDep,
    principal: Learner,
    now: NowDep,
    form: Annotated[harvests.PlayedHarvestForm, Form()],
) -> RedirectResponse:
    if principal.practice is None:
        raise NotPractising
    harvests.harvest(session, principal, form, now)
    return _to(LOTS)


@router.post(f"{LOTS}/hao")
def lose(
    request: Request,
    session: SessionDep,
    principal: Learner,
    now: NowDep,
    form: Annotated[harvests.PlayedLossForm, Form()],
) -> Response:
    if principal.practice is None:
        raise NotPractising
    if harvests.lose(session, principal, form):
        return _to(LOTS)
    return _lots(request, session, principal, now, refused=form.lot)


@router.get("/htx/tap-huan")
def report(request: Request, session: SessionDep, principal: Teacher) -> HTMLResponse:
    """Names are for who answers for the members; the commune gets numbers."""
    named = may(principal, Permission.MEMBER_READ)
    return render(
        request,
        "practice/report.html",
        courses=service.courses(session, principal),
        rows=service.report(session, principal) if named else [],
        named=named,
    )


def _lots(
    request: Request, session: Session, principal: Principal, now: datetime, refused: str = ""
) -> HTMLResponse:
    """The page of a real harvest, marked all over as one that is played."""
    return render(
        request,
        "practice/lots.html",
        HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
        lots=harvests.all_of(service.stand_of(session, principal)),
        zones=cooperatives.zones(session, principal),
        today=local_day(now),
        key=str(uuid4()),
        refused=refused,
    )


def _lesson(
    request: Request,
    session: Session,
    principal: Principal,
    now: NowDep,
    *,
    wrong: bool = False,
    hint: bool = False,
) -> HTMLResponse:
    ground = service.ground(session, principal, now)
    return render(
        request,
        "practice/lesson.html",
        HTTPStatus.OK,
        lessons=rules.LESSONS,
        done=ground.done,
        next=ground.next,
        open=rules.open_lessons(ground.done),
        zones=ground.zones,
        heard=bool(principal.practice and principal.practice.step),
        wrong=wrong,
        hint=hint,
    )


def _minutes() -> int:
    return int(rules.LASTS.total_seconds() // 60)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
