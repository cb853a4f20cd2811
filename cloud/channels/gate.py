"""The gate to the shelf, as far as channels keep it: what a used one would refuse is mended first.

Else it would be found there a day later, in the channel's words. A shop that uses no channel is
asked for nothing, and whoever does not want to mend it for one channel may switch that off.
"""

from datetime import datetime
from typing import Final

from fastapi import Request
from sqlmodel import Session, col, select

from cloud.channels import goods, limits
from cloud.channels.codes import NAMES, Channel
from cloud.channels.errors import UnfitForChannel
from cloud.channels.goods import Window
from cloud.channels.limits import Problem
from cloud.channels.models import ChannelLink
from cloud.i18n import translate
from cloud.principal import Principal
from cloud.products import service as products
from cloud.products.outlet import outlet_of
from cloud.products.rules import Action
from cloud.scope import scoped
from cloud.web import language_of
from cloud.web import now as now_of

_TO_SHELF: Final = frozenset({Action.PUBLISH, Action.RESUME})


def demand(
    request: Request, session: Session, principal: Principal, public_id: str, action: Action
) -> None:
    """Before a product of the caller's is taken on by one button.

    Raises:
        UnfitForChannel: it would go on sale, and a channel in use would refuse it.
    """
    if action not in _TO_SHELF:
        return
    window = Window(outlet_of(request), request.app.state.gallery)
    found = problems(session, principal, public_id, window, now_of(request))
    if found:
        what = translate(language_of(request), found[0].sentence, **found[0].params)
        raise UnfitForChannel(channel=NAMES[found[0].channel], what=what)


def problems(
    session: Session, principal: Principal, public_id: str, window: Window, now: datetime
) -> tuple[Problem, ...]:
    """What keeps a product off the channels that its shop uses; samples go to none."""
    offer = products.own_one(session, principal, public_id)
    used = session.exec(
        scoped(select(ChannelLink), principal).where(col(ChannelLink.on).is_(other=True))
    )
    wanted = {link.channel for link in used}
    if offer.product.simulated or not wanted:
        return ()
    channels = [channel for channel in Channel if channel in wanted]
    return tuple(
        problem
        for one in goods.of_offers(session, [offer], window, now)
        for problem in limits.check(one.listing(one.left), channels)
    )
