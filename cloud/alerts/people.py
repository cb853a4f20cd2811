"""Who can be reached for a house, and what each of them has to do with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select

from cloud.accounts.models import HelpGrant
from cloud.alerts import delivery
from cloud.alerts.delivery import Reachable, Tie
from cloud.alerts.models import Alert, Contact, HearsOf
from cloud.cards.models import EntryCard
from cloud.cooperatives.models import Farm, Greenhouse, Membership
from cloud.principal import Role


def reachable(session: Session, alert: Alert, now: datetime) -> list[Reachable]:
    """Everybody of the cooperative with an address that they confirmed."""
    farm = session.get_one(Greenhouse, alert.greenhouse_id).farm_id
    rows = session.exec(
        select(Contact, Membership)
        .join(Membership, col(Membership.account_id) == col(Contact.account_id))
        .where(
            Contact.cooperative_id == alert.cooperative_id,
            Membership.cooperative_id == alert.cooperative_id,
            col(Contact.confirmed_at).is_not(None),
        )
        .order_by(col(Contact.id))
    ).all()
    ties = _ties(session, alert.cooperative_id, farm, now)
    helping = _helpers(session, alert.cooperative_id, farm, ties, now)
    return [
        Reachable(
            cast("int", contact.id),
            member.role,
            ties.get(contact.account_id, Tie.ANYWHERE),
            contact.account_id in helping,
        )
        for contact, member in rows
    ]


def _ties(session: Session, cooperative: int, farm: int, now: datetime) -> Mapping[int, Tie]:
    """Of those who said which farms they want to hear of, else of those whom a card lets in.

    Who is in neither list works anywhere.
    """
    carried = select(EntryCard.account_id, EntryCard.farm_id).where(
        EntryCard.cooperative_id == cooperative, EntryCard.expires_at > now
    )
    chosen = (
        select(HearsOf.account_id, HearsOf.farm_id)
        .join(Farm, col(Farm.id) == col(HearsOf.farm_id))
        .where(Farm.cooperative_id == cooperative)
    )
    farms: dict[int, set[int]] = {}
    for account, own in session.exec(chosen):
        farms.setdefault(account, set()).add(own)
    said = frozenset(farms)
    for account, own in session.exec(carried):
        if account not in said:
            farms.setdefault(account, set()).add(own)
    return {account: delivery.tie(own, farm) for account, own in farms.items()}


def _helpers(
    session: Session, cooperative: int, farm: int, ties: Mapping[int, Tie], now: datetime
) -> set[int]:
    """Whom somebody who grows there lets act for them today."""
    grants = session.exec(
        select(HelpGrant, Membership)
        .join(Membership, col(Membership.account_id) == col(HelpGrant.account_id))
        .where(
            HelpGrant.cooperative_id == cooperative,
            Membership.cooperative_id == cooperative,
            Membership.role == Role.FARMER,
            HelpGrant.expires_at > now,
        )
    )
    return {
        grant.helper_id
        for grant, _member in grants
        if grant.farm_id in {None, farm}
        and ties.get(grant.account_id, Tie.ANYWHERE) is not Tie.ELSEWHERE
    }
