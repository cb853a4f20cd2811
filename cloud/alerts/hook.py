"""Where Zalo hands over what people write to our bot, and the secret by which it shows itself."""

from typing import Final

from cloud.settings import Settings

PATH: Final = "/api/v1/zalo/bot"
_NAME: Final = "zalo-hook"


def secret(settings: Settings) -> str:
    """Told to Zalo by `vuonso cloud zalo-bot`; 64 of the 8 to 256 characters that it takes."""
    return settings.secret(_NAME).hex()
