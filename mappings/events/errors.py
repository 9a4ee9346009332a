"""Why a body was not taken: what its reader says, without a word of what the body holds."""


class UnknownEvent(Exception):
    """An event that there is no reader for. `name` is what Jira calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnreadableBody(Exception):
    """A body or answer that is not what it should be: `reason` why, `field` where; never content."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason, self.field = reason, field
