"""What the page behind a stamp weighs: to the verdict, and with the heaviest photo."""

import pytest
from PIL import Image
from sqlmodel import Session, select

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.diary.service import Album
from cloud.lots.models import Lot
from cloud.media.darkroom import Darkroom
from cloud.passports import service as passports
from tests.browser.conftest import Visit
from tests.browser.story import sell
from tests.cloud.media.photos import encoded

VERDICT = 15_000
"""Octets on the wire for the page and its style, headers too: one window of TCP."""
WHOLE = 50_000
"""The same with the photo."""


def noise() -> bytes:
    """Nothing that a camera sees has more in it."""
    bands = [Image.effect_noise((1600, 1200), 90) for _band in range(3)]
    return encoded("JPEG", Image.merge("RGB", bands), quality=90)


@pytest.fixture
def stamp(visit: Visit) -> str:
    """The address on a stamp of a product with a photo."""
    visit.log_in()
    path = sell(visit)["Q1"]
    site = visit.site
    album = Album(site.app.state.store, [Darkroom().develop(noise())])
    with Session(writing(site.garden.engine)) as session, session.begin():
        lot = session.exec(select(Lot.public_id)).one()
        passports.picture(session, site.member.principal, lot, album, SystemClock().now())
    return path


def test_verdict_and_photo_are_light(visit: Visit, stamp: str) -> None:
    visit.page.route("**/tem/anh/**", lambda route: route.abort())
    bare = visit.octets_of(stamp)
    visit.page.unroute("**/tem/anh/**")
    whole = visit.octets_of(stamp)
    assert visit.page.locator("img.photo").count() == 1
    assert bare <= VERDICT
    assert bare < whole <= WHOLE
