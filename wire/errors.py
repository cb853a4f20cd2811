"""What can go wrong on the wire.

WireError
├── TopicError      a topic that is not ours
├── DecodeError     bytes that are not the message they claim to be
├── MacError        a message that the holder of the key did not write
└── IdentityError   an identity file that cannot be used
"""


class WireError(Exception):
    """A machine code for counters and quarantine, a sentence for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class TopicError(WireError):
    """The topic is not one of the contract's."""


class DecodeError(WireError):
    """The payload does not decode into the message its topic promises."""


class MacError(WireError):
    """The message authentication code is missing or wrong."""


class IdentityError(WireError):
    """The identity file is missing, broken or readable by others."""
