"""Affiliations: on which side a person is at an instant. Conflicts and unknowns stay visible."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.engagement import SIDES, Affiliation, Side


class AffiliationAt(Struct, frozen=True):
    """A side and its organisation; `place` is the side's index in SIDES."""

    side: Side
    org: str = ""
    place: int = 0


def _affiliation(side: Side, org: str = "") -> AffiliationAt:
    return AffiliationAt(side, org, SIDES.index(side))


UNKNOWN = _affiliation("unknown")
CONFLICT = _affiliation("conflict")


class AffiliationSpan(Struct, frozen=True):
    """A person's affiliations over time: `affiliations[i]` before `bounds[i]`, the last one from the last bound on."""

    bounds: tuple[Instant, ...] = ()
    affiliations: tuple[AffiliationAt, ...] = (UNKNOWN,)

    def at(self, instant: Instant) -> AffiliationAt:
        """Return the affiliation at an instant (measurement (a): a bound belongs to what begins there)."""
        return self.affiliations[bisect_right(self.bounds, instant)]

    def cut(self, start: Instant, end: Instant) -> list[tuple[Instant, Instant, AffiliationAt]]:
        # Cut `[start, end)` where the affiliation changes (measurement (g) 7).
        place, pieces = bisect_right(self.bounds, start), []
        while place < len(self.bounds) and self.bounds[place] < end:
            pieces.append((start, self.bounds[place], self.affiliations[place]))
            start, place = self.bounds[place], place + 1
        pieces.append((start, end, self.affiliations[place]))
        return pieces


NOWHERE = AffiliationSpan()


class Affiliations:
    """The affiliation of each account over time; an account without any is unknown, and bots have none."""

    def __init__(self, rows: Iterable[Affiliation], agency: str, bots: frozenset[str] = frozenset()) -> None:
        self.bots = bots
        self._spans = spans_of(rows, agency)

    def span(self, account: str) -> AffiliationSpan:
        """Return an account's affiliations over time."""
        return self._spans.get(account, NOWHERE)

    def at(self, account: str | None, instant: Instant) -> AffiliationAt | None:
        """Return an account's affiliation at an instant, None for nobody and for a bot (measurement (a), a1 to a3)."""
        if account is None or account in self.bots:
            return None
        span = self._spans.get(account, NOWHERE)
        return span.affiliations[bisect_right(span.bounds, instant)]

    def is_inhouse(self, account: str | None, instant: Instant) -> bool:
        """Tell whether somebody is in-house at an instant; nobody and a bot are not."""
        affiliation = self.at(account, instant)
        return affiliation is not None and affiliation.side == "inhouse"


def spans_of(rows: Iterable[Affiliation], agency: str) -> Mapping[str, AffiliationSpan]:
    # A person of an agency whose organisation is not `agency` is on side other.
    by_account: dict[str, list[Affiliation]] = defaultdict(list)
    for row in rows:
        # Whoever is meant to be on no side is measured to the digit as whoever is not named.
        if row.side != "unknown":
            by_account[row.account].append(row)
    return {account: _span(own, agency) for account, own in by_account.items()}


def _span(rows: list[Affiliation], agency: str) -> AffiliationSpan:
    bounds = sorted({edge for row in rows for edge in (row.start, row.end) if edge is not None})
    affiliations = [UNKNOWN, *(_at(rows, bound, agency) for bound in bounds)]
    return AffiliationSpan(tuple(bounds), tuple(affiliations))


def _at(rows: list[Affiliation], instant: Instant, agency: str) -> AffiliationAt:
    hits = [row for row in rows if row.start <= instant and (row.end is None or instant < row.end)]
    # What a person entered wins over a group's rule; the file and entries by hand are one source.
    entered = [row for row in hits if row.source != "group"] or hits
    sides = {side_of_stay(row, agency) for row in entered}
    if not sides:
        return UNKNOWN
    return sides.pop() if len(sides) == 1 else CONFLICT


def side_of_stay(row: Affiliation, agency: str) -> AffiliationAt:
    """Return the affiliation during a stay: whoever is of an agency other than `agency` is on side other."""
    other = row.side == "agency" and row.org != agency
    return _affiliation("other" if other else row.side, row.org)
