"""The project page's figures as the page says them: read from the sums of days, never from single issues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from connector.pages.periods import Period
from connector.pages.project import charts
from connector.text import THIN, amount, count, day, days, percent, unit_name, units
from mappings.formats.explain.model import covers
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.period.figures import Figures, Row, figures

SPAN_DAYS = 26 * 7
"""How far back the picture reaches: half a year."""
BY = {"week": charts.weeks_between, "month": charts.months_between}
FRESH, WEEK = timedelta(days=14), timedelta(days=7)
HIDDEN_SIDES = ("other", "unknown", "conflict")
METHODS = {"active_time": "active time", "worklog": "logged time"}


@dataclass(frozen=True)
class Ask:
    """What a viewer asks for: an engagement seen from a project, a period, and bars by week or month."""

    engagement: Engagement
    hash: str
    period: Period
    by: str
    today: date
    as_agency: bool
    rules: Ruleset = DEFAULT

    @property
    def kinds(self) -> tuple[str, ...]:
        """The buckets this viewer may tell apart: an agency sees what is neither its own nor in-house as one."""
        left_out = HIDDEN_SIDES if self.as_agency else ("rest",)
        return tuple(kind for kind in charts.KINDS if kind not in left_out)

    @property
    def picture_from(self) -> date:
        """The first day of the picture: half a year back, or where the engagement began."""
        last = min(self.period.last, self.today)
        return min(last, max(self.engagement.starts, last - timedelta(days=SPAN_DAYS - 1)))

    def url(self, **values: Any) -> str:
        """Return the address of a figure of this engagement and period."""
        period: dict[str, Any] = {"from": str(self.period.first), "to": str(self.period.last)}
        return url_for("figures.show", engagement=self.engagement.key, **(period | values))


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective with what its tickets of the period gave."""

    key: str
    name: str
    note: str
    tickets: str
    parts: dict[str, str]
    due: str


@dataclass(frozen=True)
class Mark:
    """Where the period lies under the bars, in percent."""

    x: float
    end: float
    name: str


def buckets(sums: DaySums, kinds: Sequence[str]) -> dict[str, int]:
    """Return the units of each bucket in billionths, for the buckets a viewer may tell apart."""
    rest = sums.other + sums.unknown + sums.conflict
    return {kind: rest if kind == "rest" else getattr(sums, kind) for kind in kinds}


def spans(ask: Ask, rows: Sequence[Row]) -> list[charts.Span]:
    """Return the weeks or months of the picture with their units, oldest first."""
    made = []
    for start, end, name in BY[ask.by](ask.picture_from, min(ask.period.last, ask.today)):
        sums = figures(rows, start, end, ask.rules).sums
        scaled = {kind: part / BILLION for kind, part in buckets(sums, ask.kinds).items()}
        made.append(charts.Span(start, end, name, scaled))
    return made


def period_mark(ask: Ask, chart: charts.Chart) -> Mark | None:
    """Return where the chosen period lies under the bars."""
    inside = [bar for bar in chart.bars if bar.span.last >= ask.period.first and bar.span.first <= ask.period.last]
    if not inside:
        return None
    return Mark(inside[0].slot, round(inside[-1].slot + chart.slot, 3), ask.period.name.replace(" so far", ""))


def month_marks(ask: Ask, chart: charts.Chart, mark: Mark | None) -> list[tuple[float, str, bool]]:
    """Return the month names under the bars, but where the period's own name stands, and whether one is near it."""
    marks = charts.month_marks(chart.bars) if ask.by == "week" else [(b.slot, f"{b.span.first:%b}") for b in chart.bars]
    apart = [(x, name, x - mark.x if mark else -1) for x, name in marks]
    return [(x, name, 0 <= gap < 26) for x, name, gap in apart if not 0 <= gap < 8]


def said_share(ask: Ask, found: Figures) -> dict[str, object]:
    """Return how the taught share is said, or what keeps it from being said (measurement (d), publish rule)."""
    share, sums = found.taught_share, found.sums
    if not share.published or share.value is None or share.low is None or share.high is None:
        assert share.missing is not None
        reason, needed = share.missing.sentence(ask.engagement.agency_name), share.missing.needed
        return {"published": False, "reason": reason, "full": max(0, min(100, round(100 * share.n / needed)))}
    low, high = percent(share.low), percent(share.high)
    return {
        "published": True,
        "value": share.value,
        "full": round(100 * share.value, 2),
        "low": round(100 * share.low, 2),
        "high": round(100 * share.high, 2),
        "title": f"{percent(share.value)} taught, {covers(ask.rules)} interval {low} to {high}",
        "parts": f"{units(sums.taught)} of {amount(sums.agency, ask.engagement.units.by)}",
        "interval": f"{low.split(THIN)[0]}–{high}",
        "n_said": count(share.n, "ticket"),
    }


def said_number(ask: Ask, part: int, whole: int, *, of: str, note: str = "") -> dict[str, object]:
    """Return how a part of a whole is said: "3 points", "3 of 11 in-house points"."""
    by = ask.engagement.units.by
    full = round(100 * min(1.0, max(0.0, part / whole)), 2) if whole > 0 else 0
    return {"value": units(part), "full": full, "text": f"of {units(whole)} {of} {unit_name(by, 0)}", "note": note}


def build(ask: Ask, rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Return everything the page says of a period, from the sums of its days."""
    found = figures(rows.get("", ()), ask.period.first, ask.period.last, ask.rules)
    chart = charts.stack(spans(ask, rows.get("", ())), top=126, height=150)
    return {
        "figures": found,
        "objectives": objective_rows(ask, rows),
        **_sentence(ask, found),
        **_picture(ask, chart),
        **_frame(ask),
        "legend": [(kind, units(part)) for kind, part in buckets(found.sums, ask.kinds).items()],
    }


def _sentence(ask: Ask, found: Figures) -> dict[str, Any]:
    sums, by = found.sums, ask.engagement.units.by
    amounts = {"agency": sums.agency, "inhouse": sums.inhouse}
    plain = {"taught": sums.taught, "handed_over": sums.handed_over}
    return {
        "said": {k: amount(v, by) for k, v in amounts.items()}
        | {"taught": f"{units(sums.taught)} of {_them(sums.agency)}"}
        | {"handed_over": units(plain["handed_over"])},
        "share": said_share(ask, found),
        "has_handed_over": sums.handed_over > 0,
        "single_inhouse": units(sums.inhouse) == "1",
        "handed": said_number(ask, sums.handed_over, sums.inhouse, of="in-house"),
        "empty": _empty(ask, found),
        "tickets_said": count(sums.tickets, "finished ticket"),
    }


def _empty(ask: Ask, found: Figures) -> str:
    """Return the sentence for a period in which nothing was finished, or nothing where something was."""
    if found.sums.tickets > 0 or found.total > 0:
        return ""
    taken = amount(-found.total, ask.engagement.units.by)
    back = f" Reopenings of earlier work took back {taken}." if found.total else ""
    return f"No ticket was finished in {ask.period.name}.{back}"


def _them(billionths: int) -> str:
    return "it" if units(billionths) == "1" else "them"


def _picture(ask: Ask, chart: charts.Chart) -> dict[str, Any]:
    mark = period_mark(ask, chart)
    first, last = (chart.bars[0].span.first, chart.bars[-1].span.last) if chart.bars else (ask.today, ask.today)
    many = unit_name(ask.engagement.units.by, 0)
    return {
        "chart": chart,
        "mark": mark,
        "marks": month_marks(ask, chart, mark),
        "lines": charts.polylines(chart, 72),
        "names": span_names(ask, chart),
        "chart_title": f"{many.capitalize()} delivered by {ask.by}, {days(first, last)}",
        "chart_desc": describe(ask, chart),
        "little": f"{charts.LITTLE} {many}",
    }


def _frame(ask: Ask) -> dict[str, Any]:
    return {
        "address": url_for("project.content"),
        "agency": ask.engagement.agency_name,
        "engagement": ask.engagement.key,
        "period": ask.period,
        "by": ask.by,
        "kinds": ask.kinds,
        "zone": ask.engagement.zone,
        "hash": ask.hash,
        "unit_many": unit_name(ask.engagement.units.by, 0),
        "method": f"by {METHODS[ask.engagement.attribution]}",
        "covers": covers(ask.rules),
        "link": lambda figure: ask.url(figure=figure),
        "objective_link": lambda key, figure="tickets": ask.url(figure=figure, objective=key),
        "span_link": lambda span: ask.url(figure="total", **{"from": str(span.first), "to": str(span.last)}),
    }


def objective_rows(ask: Ask, rows: Mapping[str, Sequence[Row]]) -> list[ObjectiveRow]:
    """Return the objectives with the buckets of their tickets in the period."""
    made = []
    for objective in ask.engagement.objectives:
        sums = figures(rows.get(objective.key, ()), ask.period.first, ask.period.last, ask.rules).sums
        note = count(len(objective.learners), "learner") + " enrolled" if objective.learners else "no learner enrolled"
        parts = {kind: units(getattr(sums, kind)) for kind in ("taught", "done_only", "handed_over", "own")}
        due = day(objective.by) if objective.by else "–"
        made.append(ObjectiveRow(objective.key, objective.name, note, str(sums.tickets), parts, due))
    return made


def describe(ask: Ask, chart: charts.Chart) -> str:
    """Return the picture in words, for those who hear it."""
    shares = [bar.share for bar in chart.bars if bar.share is not None]
    line = (
        f"from {percent(shares[0])} to {percent(shares[-1])}" if shares else "not shown, as no agency work was finished"
    )
    little = [bar.span.name for bar in chart.bars if bar.span.little]
    weak = f" Little evidence in {ask.by} {', '.join(little)}." if little else ""
    return (
        f"Above, the taught share of the trailing four {ask.by}s goes {line}. Below, stacked bars of what was "
        f"delivered, by bucket.{weak} Every value stands in the table that follows."
    )


def waiting_lines(ask: Ask, rows: Sequence[Row], *, complete: bool) -> list[str]:
    """Return what is not published, or may still change and until when, and why."""
    lines, found = [], figures(rows, ask.period.first, ask.period.last, ask.rules)
    if not found.taught_share.published:
        lines.append(str(said_share(ask, found)["reason"]))
    fresh_from = monday(ask.today - FRESH)
    fresh = [row for row in rows if row[0] >= fresh_from and row[2].tickets > 0]
    lines += fresh_line([row for row in fresh if ask.period.first <= row[0] <= ask.period.last], fresh_from)
    if not complete and not fresh:
        lines.append("Some tickets still wait: for the other side’s confirmation, or for the rest of their history.")
    if found.sums.unsized:
        said = count(found.sums.unsized, "finished ticket")
        lines.append(f"{said} without a size: 0 {unit_name(ask.engagement.units.by, 0)} until somebody sizes it.")
    return lines


def fresh_line(fresh: Sequence[Row], since: date) -> list[str]:
    """Say which tickets of a period are so fresh that they can change, and until when (measurement (g) 10).

    By whole weeks: the last day itself would tell when the newest ticket was finished, also to who may not see it.
    """
    if not fresh:
        return []
    tickets, until = sum(row[2].tickets for row in fresh), monday(max(row[0] for row in fresh)) + WEEK + FRESH
    said = f"{count(tickets, 'ticket')} finished since {day(since)} may still change, the last before {day(until)}: "
    return [f"{said}a comment counts up to 3 days later, and a reopening within 14 days takes the evidence back."]


def monday(one: date) -> date:
    """Return the Monday of the week that holds a day."""
    return one - timedelta(days=one.isoweekday() - 1)


def span_names(ask: Ask, chart: charts.Chart) -> list[str]:
    """Return how each bar is called when pointed at."""
    prefix = "Week " if ask.by == "week" else ""
    return [f"{prefix}{bar.span.name}, {days(bar.span.first, bar.span.last)}" for bar in chart.bars]
