"""Whom to ask, and what to tell them: the screen somebody is on, and how their garden is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from cloud.accounts.models import Account
from cloud.cooperatives.models import Cooperative, Membership
from cloud.greenhouses import service as greenhouses
from cloud.greenhouses.rules import WORST_FIRST
from cloud.greenhouses.service import GreenhouseStatus
from cloud.i18n import _
from cloud.principal import Principal, Role
from cloud.words import Line, Moment, say

MOST: Final = 5
"""Greenhouses in one message; the worst come first."""


@dataclass(frozen=True)
class Contact:
    """Who answers a call; without a name it is the cooperative itself."""

    name: str
    phone: str


def contacts(session: Session, principal: Principal) -> list[Contact]:
    """The help team of one's cooperative, and the cooperative."""
    home = at_home(principal)
    team = session.exec(
        select(Account)
        .join(Membership, col(Membership.account_id) == Account.id)
        .where(
            Membership.cooperative_id == home.cooperative_id,
            Membership.role == Role.HELPER,
            col(Account.active).is_(True),
            Account.id != home.person_id,
        )
        .order_by(col(Membership.id))
    ).all()
    found = [Contact(one.name, one.phone) for one in team]
    office = session.get_one(Cooperative, home.cooperative_id)
    return [*found, Contact("", office.phone)] if office.phone else found


def message(
    session: Session, principal: Principal, screen: str, language: str, now: datetime
) -> str:
    """What is told to somebody far away: no name, no number, no address of a page."""
    shown = [
        greenhouses.status(session, principal, one, now)
        for one in greenhouses.all_of(session, principal)
    ]
    return say_screen(language, screen, shown, now, practises=principal.practice is not None)


def say_screen(
    language: str,
    screen: str,
    shown: Sequence[GreenhouseStatus],
    now: datetime,
    *,
    practises: bool,
) -> str:
    """The same sentences that the screen says."""
    lines = [Line(_("Vườn Số, màn hình %(code)s."), {"code": screen or "?"})]
    if practises:
        lines.append(Line(_("VƯỜN GIẢ – không có nước thật")))
    for one in sorted(shown, key=_rank)[:MOST]:
        status = one.status
        lines.append(
            Line(
                _("%(house)s: %(level)s. %(advice)s %(water)s."),
                {
                    "house": one.name,
                    "level": status.headline,
                    "advice": status.advice,
                    "water": status.water,
                },
            )
        )
    lines.append(Line(_("Lúc %(time)s."), {"time": Moment(now)}))
    return "\n".join(say(language, line) for line in lines)


def _rank(shown: GreenhouseStatus) -> int:
    return WORST_FIRST.index(shown.status.level)


def at_home(principal: Principal) -> Principal:
    """Who somebody is where water is real."""
    return principal if principal.practice is None else principal.practice.home
