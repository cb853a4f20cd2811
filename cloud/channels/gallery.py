"""The pictures of products that channels fetch from us."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlmodel import Session

from cloud.channels.listing import Photo
from cloud.media.limits import BUYER_SIDES
from cloud.media.models import Picture
from cloud.products import photos

Pictures = Mapping[int, tuple[Photo, ...]]
"""By product."""

Gallery = Callable[[Session, Sequence[int], str], Pictures]
"""Finds them for products; addresses begin with the one that is given."""

_LIGHT: Final = 0
"""What is known of its weight without opening it: at these sides below any channel's limit."""
_LARGEST: Final = max(BUYER_SIDES)


def of_products(session: Session, products: Sequence[int], address: str) -> Pictures:
    """The pictures that buyers see, the cover first, as a kind of file that all channels take."""
    return {
        product: tuple(_jpeg(picture, address) for _photo, picture in shown)
        for product, shown in photos.of_products(session, products).items()
    }


def _jpeg(picture: Picture, address: str) -> Photo:
    scale = min(1.0, _LARGEST / max(picture.width, picture.height))
    sides = round(picture.width * scale), round(picture.height * scale)
    url = f"{address}/anh-hang/{picture.digest}/{_LARGEST}.jpeg"
    return Photo(url, *sides, _LIGHT, "image/jpeg", picture.jpeg_1280)
