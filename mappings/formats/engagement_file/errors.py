"""Errors of a file: where, what is wrong, and what to do."""

from msgspec import Struct


class Problem(Struct, frozen=True):
    """A problem: line (from 1), field (dotted, list indexes from 0), what is wrong, and a hint.

    `nearest` is the word that was likely meant, where one is near.
    """

    line: int
    field: str
    what: str
    hint: str
    nearest: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.field + ' ' if self.field else ''}{self.what}; {self.hint}"


class FileError(Exception):
    """A file that cannot be used; `problems` has all problems by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class EngagementError(FileError):
    """An engagement file cannot be taken."""


class RulesetError(FileError):
    """A file of rules cannot be taken."""
