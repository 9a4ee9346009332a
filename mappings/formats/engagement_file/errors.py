"""What is wrong with a file: where, what, and what to do about it."""

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One problem: its line (from 1), the field (dotted, list places from 0), what is wrong, and what to do."""

    line: int
    field: str
    what: str
    hint: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field + ' ' if self.field else ''}{self.what}; {self.hint}"


class FileError(Exception):
    """A file cannot be taken. `problems` has every problem, in order of line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class EngagementError(FileError):
    """An engagement file cannot be taken."""


class RulesetError(FileError):
    """A file of rules cannot be taken."""
