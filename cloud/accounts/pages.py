"""Pages for logging in and out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from cloud.accounts import cookies, rules, service
from cloud.db import SessionDep
from cloud.permissions import public
from cloud.web import NowDep, render

router = APIRouter(dependencies=[Depends(public())])


class LoginForm(BaseModel):
    """What the login page sends."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(max_length=40)
    password: str = Field(max_length=200)
    tiep: str = Field(default=rules.HOME, max_length=500)


@router.get("/dang-nhap")
def login_page(request: Request, tiep: str = rules.HOME) -> HTMLResponse:
    return render(request, "accounts/login.html", onward=rules.onward(tiep), refused=False)


@router.post("/dang-nhap")
def log_in(
    request: Request, session: SessionDep, now: NowDep, form: Annotated[LoginForm, Form()]
) -> Response:
    token = service.log_in(session, form.phone, form.password, now)
    onward = rules.onward(form.tiep)
    if token is None:
        return render(
            request, "accounts/login.html", HTTPStatus.UNAUTHORIZED, onward=onward, refused=True
        )
    return _welcome(request, token, onward)


@router.get("/vao/{token}")
def enter_by_link(request: Request, session: SessionDep, now: NowDep, token: str) -> Response:
    fresh = service.redeem_link(session, token, now)
    if fresh is None:
        return render(request, "accounts/link_used.html", HTTPStatus.GONE)
    return _welcome(request, fresh, rules.HOME)


@router.post("/thoat")
def log_out(request: Request, session: SessionDep, now: NowDep) -> Response:
    token = cookies.token_of(request)
    if token:
        service.log_out(session, token, now)
    response = RedirectResponse("/dang-nhap", HTTPStatus.SEE_OTHER)
    cookies.take_back(request, response)
    return response


def _welcome(request: Request, token: str, onward: str) -> Response:
    response = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    cookies.give(request, response, token)
    return response
