"""What the command can say went wrong."""


class DemoError(Exception):
    """A machine code and a sentence a person can act on."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class UnreachableError(DemoError):
    """The server did not answer at all."""

    def __init__(self, origin: str, reason: Exception) -> None:
        super().__init__("unreachable", f"{origin} does not answer: {reason}")
