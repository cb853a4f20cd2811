"""Have messages to our Zalo bot handed to this service."""

import argparse

from cloud.alerts import hook
from cloud.alerts.notifier import UndeliveredError
from cloud.alerts.zalo_bot import ZaloBot
from cloud.errors import ConfigurationError
from cloud.settings import Settings


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(settings: Settings, _args: argparse.Namespace) -> None:
    """Once after the token was set, and when the public address changed."""
    if not (settings.has_bot and settings.secure):
        raise ConfigurationError("VUONSO_ZALO_BOT_TOKEN and an https:// public address are needed")
    bot = ZaloBot(settings.zalo_bot_token.get_secret_value())
    try:
        name = bot.name()
        bot.hook(f"{settings.public_url}{hook.PATH}", hook.secret(settings))
    except UndeliveredError as error:
        raise ConfigurationError(f"Zalo does not take it: {error.reason}") from None
    print(f"Messages to {name} arrive at {settings.public_url}")
