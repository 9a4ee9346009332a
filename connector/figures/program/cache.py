"""Figures of the program that this process made, kept while nothing changes that they rest on."""

from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import Any

from cachetools import LRUCache
from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement

# Engagements that are kept, each with the quarters of one choice: 30 kB each, measured.
MOST = 600
# Choices of several engagements, of each some numbers by engagement.
MOST_TOGETHER = 50
# A tenant, an engagement and some quarters: their first and last days.
Key = tuple[int, str, tuple[tuple[date, date], ...]]


class Basis(Struct, frozen=True):
    """What figures rest on: agreement and rules, and the token of what is measured and was said by hand."""

    stored: StoredEngagement
    rules: PreparedEngagement
    token: str

    def equals(self, other: "Basis") -> bool:
        # Rules are made anew where an agreement, a status or an app changed, and are the same object otherwise.
        same = self.token == other.token and self.rules is other.rules
        return same and (self.stored is other.stored or self.stored == other.stored)


class Kept(Struct, frozen=True):
    """Figures as of an instant; until another instant time alone does not change them."""

    basis: Basis
    as_of: Instant
    until: Instant
    figures: Any


class KeptTogether(Struct, frozen=True):
    """What was counted of several engagements together; it holds at any time."""

    bases: tuple[Basis, ...]
    counted: Any


class ProgramCache:
    """Figures by key. Safe for threads. The newest replace those before, the least used go first."""

    def __init__(self) -> None:
        self._kept: LRUCache[Key, Kept] = LRUCache(MOST)
        self._together: LRUCache[tuple[Key, ...], KeptTogether] = LRUCache(MOST_TOGETHER)
        self._lock = Lock()

    def find(self, wanted: Mapping[Key, Basis], as_of: Instant) -> dict[Key, Any]:
        """Return what was kept for each key on the same basis, and holds at an instant."""
        with self._lock:
            cached = {key: self._kept.get(key) for key in wanted}
        return {
            key: item.figures
            for key, item in cached.items()
            if item is not None and item.as_of <= as_of < item.until and item.basis.equals(wanted[key])
        }

    def keep(self, key: Key, figures: Kept) -> None:
        with self._lock:
            self._kept[key] = figures

    def find_together(self, bases: Mapping[Key, Basis]) -> Any | None:
        """Return what was kept of these engagements in this order, while each has the same basis."""
        with self._lock:
            item = self._together.get(tuple(bases))
        if item is None or not all(map(Basis.equals, item.bases, bases.values())):
            return None
        return item.counted

    def keep_together(self, bases: Mapping[Key, Basis], counted: Any) -> None:
        with self._lock:
            self._together[tuple(bases)] = KeptTogether(tuple(bases.values()), counted)
