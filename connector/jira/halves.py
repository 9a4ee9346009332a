"""Fetches lists of which one entry cannot be read: halved down to it, so that only that entry is missing."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from connector.jira.errors import JiraError

T = TypeVar("T")


def fetch_halved(
    fetch: Callable[[list[int]], Sequence[T]], ids: Collection[int], suspects: Collection[int] = ()
) -> tuple[list[T], dict[int, str]]:
    """Return what can be read of a list, and the ids of what cannot, each with the reason. Raises JiraError.

    `suspects` could not be read before: they are asked for alone, so that the others take one call.
    """
    answers: list[T] = []
    unread: dict[int, str] = {}
    others = [issue for issue in ids if issue not in suspects]
    waiting = [[issue] for issue in ids if issue in suspects]
    waiting += [others] if others else []
    while waiting:
        part = waiting.pop()
        try:
            answers += fetch(part)
        except JiraError as error:
            if not error.unreadable:
                raise
            if len(part) == 1:
                unread[part[0]] = str(error)
            else:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
    return answers, unread
