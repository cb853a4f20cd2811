"""Whom to tell of a weakness, where programs look for it (RFC 9116)."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse

from cloud.errors import NotFound
from cloud.permissions import public
from cloud.settings import Settings
from cloud.web import NowDep

VALID: Final = timedelta(days=90)
"""Section 2.5.5 asks for less than a year; a service that is switched off stops saying so."""

PATH: Final = "/.well-known/security.txt"

router = APIRouter(dependencies=[Depends(public())])


@router.get(PATH)
def security_txt(request: Request, now: NowDep) -> PlainTextResponse:
    """Nothing where the operator named nobody: an address that nobody reads is worse than none."""
    settings: Settings = request.app.state.settings
    if not settings.security_contact:
        raise NotFound
    return PlainTextResponse(
        f"Contact: {settings.security_contact}\n"
        f"Expires: {(now + VALID).strftime('%Y-%m-%dT%H:%M:%SZ')}\n"
        "Preferred-Languages: vi, en\n"
        f"Canonical: {settings.public_url}{PATH}\n"
    )
