"""The channels, and how each gets what is sold."""

from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """Where goods can be shown beside the cooperative's own stall."""

    GOOGLE = "google"
    FACEBOOK = "facebook"
    VOSO = "voso"
    POSTMART = "postmart"
    SHOPEE = "shopee"
    TIKTOK = "tiktok"
    LAZADA = "lazada"


class Way(StrEnum):
    """Who carries a product over."""

    FEED = "feed"
    """The channel fetches a file of ours; buyers are led to our own pages."""
    HAND = "hand"
    """People type it in, from a pack that we write."""
    PUSH = "push"
    """A program of ours tells a program of theirs."""


WAYS: Final = {
    Channel.GOOGLE: Way.FEED,
    Channel.FACEBOOK: Way.FEED,
    Channel.VOSO: Way.HAND,
    Channel.POSTMART: Way.HAND,
    Channel.SHOPEE: Way.PUSH,
    Channel.TIKTOK: Way.PUSH,
    Channel.LAZADA: Way.PUSH,
}

NAMES: Final = {
    Channel.GOOGLE: "Google",
    Channel.FACEBOOK: "Facebook",
    Channel.VOSO: "Vỏ Sò",
    Channel.POSTMART: "Nông sản Bưu điện (Postmart)",
    Channel.SHOPEE: "Shopee",
    Channel.TIKTOK: "TikTok Shop",
    Channel.LAZADA: "Lazada",
}
"""Names of their owners; no language has others."""

SELLING: Final = frozenset({Way.HAND, Way.PUSH})
"""Where packs are promised to buyers whom we do not see: each gets a share of the stock."""
