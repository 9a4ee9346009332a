"""Readers of Jira's times, and the units of time."""

from datetime import UTC, datetime, timedelta

from mappings.events.types import Instant

SECOND: Instant = 1_000_000
MINUTE: Instant = 60 * SECOND
HOUR: Instant = 60 * MINUTE
# Elapsed time: a day of a limit is 24 hours, whatever the clocks do (docs/measurement.md (g) 6).
DAY: Instant = 24 * HOUR
# Later than every instant, and still within a column's 63 bits.
EVER: Instant = 1 << 62

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
# Numbers below it are seconds, others milliseconds: as milliseconds it is in the year 1970, as seconds in 2603.
_SECONDS_END = 20_000_000_000
FIRST: Instant = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // _TICK
# Times from FIRST until before END are read: measuring adds days and years to them, and a calendar ends in 9999.
END: Instant = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // _TICK


def read_time(value: object, *, local: bool = False) -> Instant:
    """Read one of 2026-03-02T09:00:00.000+0100, +01:00, Z, seconds or milliseconds since 1970, as number or digits.

    `local` also reads a time without an offset, as UTC. Raises ValueError for anything else, and for times before 1900
    or after 2199.
    """
    if isinstance(value, str):
        instant = _read_number(int(value)) if value.isdecimal() else _read_text(value, local=local)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        instant = _read_number(value)
    else:
        raise ValueError("not a time")  # noqa: TRY004  readers expect one error for all that is no time
    if not FIRST <= instant < END:
        raise ValueError("not a time: out of range")
    return instant


def _read_text(text: str, *, local: bool) -> Instant:
    # datetime's own parser takes two thirds of the time of slices by hand with cached days and offsets.
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a time") from None
    if moment.tzinfo is None:
        if not local:
            raise ValueError("not a time: without an offset")
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _TICK


def _read_number(number: float) -> Instant:
    if not 0 <= number < END:
        raise ValueError("not a time")
    return int(number * 1000) * 1000 if number < _SECONDS_END else int(number) * 1000
