"""Errors of the readers: what is wrong with a body, never what it contains."""


class UnknownEvent(Exception):
    """An event without a reader. `name` is Jira's name for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnreadableBody(Exception):
    """A body or answer that cannot be read: `reason` says why, `field` where; never content."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason, self.field = reason, field
