"""Business hours, day by day, by aware datetimes (measurement (g) 6)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.derivation.jira_json import EPOCH

HOUR = 3_600_000_000
DAY = 24 * HOUR
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Window = tuple[int, int]


class Zone:
    """Days of one time zone."""

    def __init__(self, name: str) -> None:
        self.zone = ZoneInfo(name)

    def at(self, day: date, minutes: int = 0) -> int:
        """The instant of a local time; in the spring gap it moves forward, of a doubled one it is the first."""
        if minutes == 1440:
            day, minutes = day + timedelta(days=1), 0
        local = datetime.combine(day, time(minutes // 60, minutes % 60), self.zone)
        return (local.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)

    def day(self, at: int) -> date:
        return (EPOCH + timedelta(microseconds=at)).astimezone(self.zone).date()


def minutes_of(value: Any) -> int:
    """A time of day as YAML gives it: a text, or minutes."""
    if isinstance(value, int):
        return value
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


class Hours:
    """The working windows of one part of an engagement file, such as `workflow.business_hours`."""

    def __init__(self, zone: Zone, written: dict[str, Any]) -> None:
        self.zone = zone
        self.days = {DAYS.index(name) for name in written.get("days", DAYS[:5])}
        self.opens = minutes_of(written.get("from", "09:00"))
        self.closes = minutes_of(written.get("to", "17:00"))
        self.holidays = set(written.get("holidays", ()))
        self.known: dict[date, Window | None] = {}

    def window(self, day: date) -> Window | None:
        if day not in self.known:
            works = day.weekday() in self.days and day not in self.holidays
            self.known[day] = (self.zone.at(day, self.opens), self.zone.at(day, self.closes)) if works else None
        return self.known[day]

    def between(self, start: int, end: int) -> int:
        """Microseconds of business time in `[start, end)`."""
        total, day = 0, self.zone.day(start)
        while day <= self.zone.day(end):
            if (window := self.window(day)) is not None:
                total += max(0, min(end, window[1]) - max(start, window[0]))
            day += timedelta(days=1)
        return total

    @property
    def length_of_a_day(self) -> int:
        return (self.closes - self.opens) * 60_000_000
