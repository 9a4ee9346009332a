"""What is read of the people on an engagement's tickets, kept in this process until something happens in it."""

from collections.abc import Callable, Collection
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

from mappings.records.figures.figure_tokens import select_figure_token
from mappings.records.sql.scope import AgreementScope

T = TypeVar("T")
# A tenant, an engagement, projects, and the accounts that the question names.
_Key = tuple[int, str, tuple[str, ...], frozenset[str]]


class PeopleMemory(Generic[T]):
    """Answers to one question, each with the token of the engagement's figures as it was read.

    All of them together have at most the size `most`; `size_of` tells that of an answer.
    """

    def __init__(self, most: int, size_of: Callable[[T], int]) -> None:
        self._most, self._size_of = most, size_of
        self._answers: LRUCache[_Key, tuple[str, T]] = LRUCache(most, getsizeof=lambda answer: size_of(answer[1]))
        self._lock = Lock()

    def find(
        self, scope: AgreementScope, project_keys: Collection[str], accounts: frozenset[str], select: Callable[[], T]
    ) -> T:
        """Return the answer that was kept, or else select and keep it; not of an engagement that has no token yet."""
        key = scope.tenant_id, scope.engagement, tuple(sorted(project_keys)), accounts
        # The token first: what is committed while the answer is read has another one.
        token = select_figure_token(scope)
        with self._lock:
            known = self._answers.get(key)
        if known is not None and known[0] == token:
            return known[1]
        answer = select()
        if token is not None and self._size_of(answer) <= self._most:
            with self._lock:
                self._answers[key] = token, answer
        return answer
