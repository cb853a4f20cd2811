"""Why a backup was not made or not put back; each says what to do."""

from cloud.errors import ConfigurationError


class BackupError(ConfigurationError):
    """Nothing was changed."""
