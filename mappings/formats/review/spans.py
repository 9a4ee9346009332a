"""What a report's tickets add up to by week, by month and by objective."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from mappings.measure.model.apportion import equal_parts
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.period.figures import taught_share

Keys = dict[str, Any]
# Both sides' buckets; then the sides that are neither's, as far as the report tells them apart.
BUCKETS = ("taught", "done_only", "handed_over", "inhouse_own")
OTHERS = ("other", "gatekeeper", "rest", "unknown", "conflict")
# The objective of tickets that have none.
WITHOUT_OBJECTIVE = "without_objective"


class Work(Struct, frozen=True):
    """What an entry gave, in billionths of a unit; `inside`: its done entry lies in the period, too."""

    day: date
    objectives: tuple[str, ...]
    parts: Mapping[str, int]
    sign: int
    inside: bool


def read_work(report: Mapping[str, Any]) -> list[Work]:
    """Return the entries of a report. Those of an agency have `rest` in the place of three sides."""
    zone, done, entries = ZoneInfo(report["timezone"]), set[str](), []
    for row in report["issues"]:
        finished = row["entry"] == "done"
        inside = finished or row["id"] in done
        done.add(row["id"]) if finished else done.discard(row["id"])
        sign = 1 if finished else -1
        entries.append(Work(_day(row["at"], zone), tuple(row["objectives"]), _parts(row), sign, inside))
    return entries


def _day(at: str, zone: ZoneInfo) -> date:
    # In works-council mode an entry has its day alone, in the engagement's zone already.
    return datetime.fromisoformat(at).astimezone(zone).date() if "T" in at else date.fromisoformat(at)


def _parts(row: Mapping[str, Any]) -> dict[str, int]:
    shares = row["shares"]
    others = {side: row["units"] * shares[side] for side in OTHERS if side in shares}
    return {name: round(amount * BILLION) for name, amount in ({key: row[key] for key in BUCKETS} | others).items()}


def weeks_of(report: Mapping[str, Any], engagement: Engagement) -> list[Keys]:
    """Return the weeks on which the engagement ran; the first and the last may be cut."""
    first, last = _days_of(report, engagement)
    spans = []
    for monday in _steps(first - timedelta(days=first.weekday()), last, 7):
        name = "{}-W{:02}".format(*monday.isocalendar())
        spans.append((name, max(first, monday), min(last, monday + timedelta(days=6))))
    return _added(read_work(report), spans)


def months_of(report: Mapping[str, Any], engagement: Engagement) -> list[Keys]:
    """Return the months on which the engagement ran; the first and the last may be cut."""
    first, last = _days_of(report, engagement)
    starts = sorted({day.replace(day=1) for day in _steps(first, last, 1)})
    spans = [
        (
            f"{start:%Y-%m}",
            max(first, start),
            min(last, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
        )
        for start in starts
    ]
    return _added(read_work(report), spans)


def _days_of(report: Mapping[str, Any], engagement: Engagement) -> tuple[date, date]:
    # A report names the days of its quarter; before the engagement and after it nothing is measured.
    end = date.fromisoformat(report["to"])
    first = max(date.fromisoformat(report["from"]), engagement.starts)
    return first, min(end, engagement.ends or end) - timedelta(days=1)


def _steps(first: date, last: date, days: int) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=days)


def _added(entries: Sequence[Work], spans: Sequence[tuple[str, date, date]]) -> list[Keys]:
    rows = []
    for name, first, last in spans:
        inside = [entry.parts for entry in entries if first <= entry.day <= last]
        parts = {key: sum(row[key] for row in inside) for key in (entries[0].parts if entries else BUCKETS)}
        units = {key: amount / BILLION for key, amount in parts.items()}
        total = sum(parts.values()) / BILLION
        rows.append({"key": name, "from": first.isoformat(), "to": last.isoformat(), **units, "total": total})
    return rows


def inhouse_with_objective(report: Mapping[str, Any]) -> float:
    """Return the in-house part of all tickets with an objective: of it alone something can be handed over."""
    parts = [entry.parts for entry in read_work(report) if entry.objectives]
    return sum(part["handed_over"] + part["inhouse_own"] for part in parts) / BILLION


def objectives_of(report: Mapping[str, Any], rules: Ruleset) -> list[Keys]:
    """Return the agency's work by objective, in equal parts where a ticket has several, with its taught share."""
    sums: dict[str, DaySums] = {}
    for entry in read_work(report):
        for objective, part in _shares_of(entry):
            sums[objective] = sums.get(objective, DaySums()).plus(part)
    return [
        {"key": objective, **_share_keys(total, rules)}
        for objective, total in sorted(sums.items())
        if total.n or total.agency
    ]


def _shares_of(entry: Work) -> Iterator[tuple[str, DaySums]]:
    count = max(1, len(entry.objectives))
    columns = [equal_parts(entry.sign * entry.parts[key], count) for key in ("taught", "done_only")]
    for objective, taught, done_only in zip(entry.objectives or (WITHOUT_OBJECTIVE,), *columns, strict=True):
        agency, counted = taught + done_only, entry.sign if entry.inside else 0
        sums = DaySums(agency=entry.sign * agency, done_only=entry.sign * done_only, taught=entry.sign * taught)
        yield objective, sums.plus(_counts(agency, counted))


def _counts(agency: int, counted: int) -> DaySums:
    # A reopening of a ticket that was done before the period takes back its units, and counts no ticket.
    tickets = counted if agency > 0 else 0
    return DaySums(n=tickets, w=counted * agency, w2=counted * agency * agency)


def _share_keys(total: DaySums, rules: Ruleset) -> Keys:
    share = taught_share(total, rules)
    shown = share.published
    return {
        "tickets": share.n,
        "agency": total.agency / BILLION,
        "taught": total.taught / BILLION,
        "value": share.value if shown else None,
        "low": share.low if shown else None,
        "high": share.high if shown else None,
        "published": shown,
    }
