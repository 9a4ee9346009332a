"""The story's own working clock: it walks whole working hours, so that a planted hour is an hour by construction."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OPENS, CLOSES = time(9), time(17)


def instant_of(moment: datetime) -> int:
    """Microseconds since the epoch of an aware moment."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year, by Gauss's rule as Butcher wrote it."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def holidays_of(year: int) -> tuple[date, ...]:
    """The public holidays of Cologne, where the team sits."""
    sunday = easter(year)
    moving = [sunday + timedelta(days=days) for days in (-2, 1, 39, 50, 60)]
    fixed = [date(year, *day) for day in ((1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))]
    return tuple(sorted(moving + fixed))


class WorkClock:
    """Working time from nine to five, Monday to Friday without holidays, in one zone."""

    def __init__(self, zone: str, holidays: tuple[date, ...]) -> None:
        self.zone = ZoneInfo(zone)
        self.holidays = frozenset(holidays)
        self.window = lru_cache(maxsize=None)(self._window)

    def at(self, day: date, hour: int = 0, minute: int = 0) -> int:
        """The instant of a local wall time."""
        return instant_of(datetime.combine(day, time(hour, minute), self.zone))

    def local(self, at: int) -> datetime:
        """The local wall time of an instant."""
        return (EPOCH + timedelta(microseconds=at)).astimezone(self.zone)

    def day(self, at: int) -> date:
        """The local day of an instant."""
        return self.local(at).date()

    def is_working(self, day: date) -> bool:
        """Whether anybody works on that day."""
        return day.weekday() < 5 and day not in self.holidays

    def _window(self, day: date) -> tuple[int, int]:
        return self.at(day, OPENS.hour), self.at(day, CLOSES.hour)

    def walk(self, at: int, hours: Fraction) -> int:
        """The instant at which `hours` of working time have gone by since `at`."""
        left = int(hours * HOUR)
        day = self.day(at)
        while True:
            if self.is_working(day):
                opens, closes = self.window(day)
                begin = max(at, opens)
                if begin + left <= closes:
                    return begin + left
                left -= max(0, closes - begin)
            day += timedelta(days=1)

    def walk_back(self, at: int, hours: Fraction) -> int:
        """The instant from which `hours` of working time go by until `at`."""
        left = int(hours * HOUR)
        day = self.day(at)
        while True:
            if self.is_working(day):
                opens, closes = self.window(day)
                finish = min(at, closes)
                if finish - left >= opens:
                    return finish - left
                left -= max(0, finish - opens)
            day -= timedelta(days=1)
