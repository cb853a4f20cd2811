"""Whether whoever holds the telephone is who is logged in: they know the password."""

from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from cloud.accounts import cookies, service
from cloud.accounts.models import Account
from cloud.accounts.service import Claim
from cloud.principal import Principal


def knows(
    request: Request, session: Session, principal: Principal, password: str, now: datetime
) -> bool:
    """Whether this is the password of who is logged in; a wrong one costs a try."""
    account = session.get_one(Account, principal.account_id)
    claim = Claim(account.phone, cookies.network_of(request), cookies.browser_of(request))
    knocked = service.knock(session, claim, now)
    if knocked is None:
        return False
    checked = request.app.state.hashes.check(password, knocked.kept)
    return service.answer(session, knocked, checked, now) is not None
