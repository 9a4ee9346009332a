"""The error of commands: what is wrong, what to do, and the exit status."""

WRONG_INPUT = 2
FAILURE = 1


class CommandError(Exception):
    """Printed in one line as `problem: hint`; `status` ends the process."""

    def __init__(self, problem: str, hint: str, status: int = WRONG_INPUT) -> None:
        super().__init__(f"{problem}: {hint}")
        self.status = status
