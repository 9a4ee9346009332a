"""A step on an open ticket as it is named to a person, and a ticket with each way in which it leads on."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NextStep:
    """A ticket as a step; `to` is the higher rung to which it brings the person, 0 for none.

    `waits` says whom it waits for, "" for nobody. `is_needed`: only learners other than the person are to drive it
    alone.
    """

    key: str
    summary: str
    text: str
    effort: tuple[bool, int] = (True, 0)
    to: int = 0
    waits: str = ""
    is_needed: bool = False


@dataclass(frozen=True)
class Listed:
    """A ticket as Learning lists it for an objective, with each way in which it leads on."""

    key: str
    summary: str
    texts: Sequence[str]
    waits: str = ""


def listed_as(ways: Sequence[NextStep]) -> Listed:
    return Listed(ways[0].key, ways[0].summary, list(dict.fromkeys(way.text for way in ways)), ways[0].waits)
