"""Business time of a zone, computed in instants: an hour is an hour, also on the day the clocks change."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.measure.model.engagement import Hours

_FAR = 2 * 366 * 86_400 * SECOND
_YEARS = (1970, 2200)
# 2200-01-01 in seconds.
_LATEST = 7_258_118_400


class _Table(Struct, frozen=True):
    """Windows in order of time; `before` is the business time up to the start of each. The first is empty."""

    first: Instant
    last: Instant
    starts: list[Instant]
    ends: list[Instant]
    before: list[int]

    def elapsed(self, instant: Instant) -> int:
        place = bisect_right(self.starts, instant) - 1
        end = self.ends[place]
        return self.before[place] + (end if instant > end else instant) - self.starts[place]  # noqa: FURB136 twice as fast


class Calendar:
    """The working windows of an engagement in its zone; windows of a year are laid out when first asked for."""

    def __init__(self, zone: str, hours: Hours) -> None:
        self.zone = ZoneInfo(zone)
        self.hours = hours
        self._days = frozenset(hours.days)
        self._holidays = frozenset(hours.holidays)
        self._table = _Table(0, -1, [], [], [])

    def business(self, start: Instant, end: Instant) -> int:
        """Return the business time between two instants in microseconds, 0 or more (measurement (g) 6, b5)."""
        if end <= start:
            return 0
        table = self._cover(start, end)
        return table.elapsed(min(end, table.last)) - table.elapsed(max(start, table.first))

    def later(self, start: Instant, time: int) -> Instant:
        """Return the instant by which `time` µs of business time, 1 or more, have passed since `start`.

        Without so much business time in the two years after, that is as good as never: the end of these.
        """
        never = start + _FAR
        table = self._cover(start, never)
        wanted = table.elapsed(max(start, table.first)) + time
        place = bisect_left(table.before, wanted) - 1
        reached = table.starts[place] + wanted - table.before[place]
        return min(reached, never) if reached <= table.ends[place] else never

    def midnight(self, day: date) -> Instant:
        # The instant at which a local day begins; in a spring gap it moves forward by the gap.
        return self.at(day, 0)

    def at(self, day: date, minutes: int) -> Instant:
        """Return the instant of a wall clock time, 0 to 1440 minutes into a local day (measurement (g) 6).

        In the spring gap it moves forward by the gap; of a doubled time it is the first. 1440 is the next midnight.
        """
        if minutes >= 1440:
            day, minutes = day + timedelta(days=1), minutes - 1440
        wall = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=self.zone)
        # fold=0 takes the offset before the change: forward by the gap in spring, the first of the two in autumn.
        return int(wall.timestamp()) * SECOND

    def day(self, instant: Instant) -> date:
        return datetime.fromtimestamp(instant // SECOND, self.zone).date()

    def week(self, instant: Instant) -> tuple[int, int]:
        """Return the ISO year and week, 1 to 53, of an instant in the zone."""
        iso = self.day(instant).isocalendar()
        return iso.year, iso.week

    def _cover(self, start: Instant, end: Instant) -> _Table:
        # Lay out whole years so that `start` to `end` lies inside, and keep what was laid out before.
        table = self._table
        if table.first <= start and end <= table.last:
            return table
        # With the two years in which `later` looks, since it is asked for next and all is laid out anew.
        first, last = self._year(start), self._year(end + _FAR)
        if table.starts:
            known = self._year(table.first), self._year(table.last - 1)
            first, last = min(first, known[0]), max(last, known[1])
            if (first, last) == known:
                return table
        self._table = self._laid_out(first, last)
        return self._table

    def _laid_out(self, first: int, last: int) -> _Table:
        begin, finish = self.midnight(date(first, 1, 1)), self.midnight(date(last + 1, 1, 1))
        starts, ends, before, total = [begin], [begin], [0], 0
        day, stop = date(first, 1, 1), date(last + 1, 1, 1)
        while day < stop:
            window = self._window(day)
            # A local day that a zone left out would fall on its neighbour: no instant is in two windows.
            opening = max(window[0], ends[-1])
            if window[1] > opening:
                starts.append(opening)
                ends.append(window[1])
                before.append(total)
                total += window[1] - opening
            day += timedelta(days=1)
        return _Table(begin, finish, starts, ends, before)

    def _window(self, day: date) -> tuple[Instant, Instant]:
        if day.isoweekday() not in self._days or day in self._holidays:
            return 0, 0
        return self.at(day, self.hours.start), self.at(day, self.hours.end)

    def _year(self, instant: Instant) -> int:
        # The local year, within the years that a site can have: outside of them no time is business time.
        seconds = min(max(instant // SECOND, 0), _LATEST)
        return min(max(datetime.fromtimestamp(seconds, self.zone).year, _YEARS[0]), _YEARS[1])


@lru_cache(maxsize=64)
def calendar_of(zone: str, hours: Hours) -> Calendar:
    # The calendar of a zone and hours, kept: its years are laid out once, however often rules change.
    return Calendar(zone, hours)
