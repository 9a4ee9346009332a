"""A value of an object that is computed when it is first asked for, and kept."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class CachedValue(Generic[T]):
    """As functools.cached_property, without the lock that Python 3.11 takes there.

    Measuring a ticket asks for some forty of these: the lock took more than the rest of the call. A ticket is measured
    by one thread; where two ask at once for another object's value, both compute the same.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, owner: Any, _: type | None = None) -> T:
        value = owner.__dict__[self._name] = self._compute(owner)
        return value
