"""The figures of the project page: read from the sums of days, never from single issues."""

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

# How far back the picture reaches: half a year.
SPAN_DAYS = 26 * 7
BY = {"week": charts.weeks_between, "month": charts.months_between}
FRESH, WEEK = timedelta(days=14), timedelta(days=7)
HIDDEN_SIDES = ("other", "unknown", "conflict")
METHODS = {"active_time": "active time", "worklog": "logged time"}


@dataclass(frozen=True)
class Selection:
    """What a viewer selected: an engagement seen from a project, a period, and bars by week or month."""

    engagement: Engagement
    hash: str
    period: Period
    by: str
    today: date
    as_agency: bool
    rules: Ruleset = DEFAULT

    @property
    def kinds(self) -> tuple[str, ...]:
        # An agency sees what is neither its own nor in-house as one.
        left_out = HIDDEN_SIDES if self.as_agency else ("rest",)
        return tuple(kind for kind in charts.KINDS if kind not in left_out)

    @property
    def picture_from(self) -> date:
        """The first day of the picture: half a year back, or where the engagement began."""
        # Half a year back, or to where the engagement began.
        last = min(self.period.last, self.today)
        return min(last, max(self.engagement.starts, last - timedelta(days=SPAN_DAYS - 1)))

    def url(self, **values: Any) -> str:
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
    # What an agency may not tell apart: other agencies, unknown people and conflicts.
    rest = sums.other + sums.unknown + sums.conflict
    return {kind: rest if kind == "rest" else getattr(sums, kind) for kind in kinds}


def spans(selection: Selection, rows: Sequence[Row]) -> list[charts.Span]:
    spans_of_units = []
    for start, end, name in BY[selection.by](selection.picture_from, min(selection.period.last, selection.today)):
        sums = figures(rows, start, end, selection.rules).sums
        scaled = {kind: part / BILLION for kind, part in buckets(sums, selection.kinds).items()}
        spans_of_units.append(charts.Span(start, end, name, scaled))
    return spans_of_units


def period_mark(selection: Selection, chart: charts.Chart) -> Mark | None:
    period = selection.period
    inside = [bar for bar in chart.bars if bar.span.last >= period.first and bar.span.first <= period.last]
    if not inside:
        return None
    return Mark(inside[0].slot, round(inside[-1].slot + chart.slot, 3), period.name.replace(" so far", ""))


def month_marks(selection: Selection, chart: charts.Chart, mark: Mark | None) -> list[tuple[float, str, bool]]:
    """Return the month names under the bars, but where the period's own name stands, and whether one is near it."""
    if selection.by == "week":
        marks = charts.month_marks(chart.bars)
    else:
        marks = [(bar.slot, f"{bar.span.first:%b}") for bar in chart.bars]
    apart = [(x, name, x - mark.x if mark else -1) for x, name in marks]
    return [(x, name, 0 <= gap < 26) for x, name, gap in apart if not 0 <= gap < 8]


def share_values(selection: Selection, period_figures: Figures) -> dict[str, object]:
    """Return the taught share for the page, or why it is not published (measurement (d), publish rule)."""
    share, sums = period_figures.taught_share, period_figures.sums
    if not share.published or share.value is None or share.low is None or share.high is None:
        assert share.missing is not None
        reason, needed = share.missing.sentence(selection.engagement.agency_name), share.missing.needed
        return {"published": False, "reason": reason, "full": max(0, min(100, round(100 * share.n / needed)))}
    low, high = percent(share.low), percent(share.high)
    return {
        "published": True,
        "value": share.value,
        "full": round(100 * share.value, 2),
        "low": round(100 * share.low, 2),
        "high": round(100 * share.high, 2),
        "title": f"{percent(share.value)} taught, {covers(selection.rules)} interval {low} to {high}",
        "parts": f"{units(sums.taught)} of {amount(sums.agency, selection.engagement.units.by)}",
        "interval": f"{low.split(THIN)[0]}–{high}",
        "n_text": count(share.n, "ticket"),
    }


def part_values(selection: Selection, part: int, whole: int, *, of: str, note: str = "") -> dict[str, object]:
    """Return a part of a whole for the page: "3 points", "of 11 in-house points"."""
    by = selection.engagement.units.by
    full = round(100 * min(1.0, max(0.0, part / whole)), 2) if whole > 0 else 0
    return {"value": units(part), "full": full, "text": f"of {units(whole)} {of} {unit_name(by, 0)}", "note": note}


def build(selection: Selection, rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Return everything the page shows of a period, from the sums of its days."""
    period_figures = figures(rows.get("", ()), selection.period.first, selection.period.last, selection.rules)
    chart = charts.stack(spans(selection, rows.get("", ())), top=126, height=150)
    return {
        "figures": period_figures,
        **_sentence(selection, period_figures),
        **_picture(selection, chart),
        **_frame(selection),
        "legend": [(kind, units(part)) for kind, part in buckets(period_figures.sums, selection.kinds).items()],
    }


def _sentence(selection: Selection, period_figures: Figures) -> dict[str, Any]:
    sums, by = period_figures.sums, selection.engagement.units.by
    amounts = {"agency": sums.agency, "inhouse": sums.inhouse}
    plain = {"taught": sums.taught, "handed_over": sums.handed_over}
    return {
        "amounts": {k: amount(v, by) for k, v in amounts.items()}
        | {"taught": f"{units(sums.taught)} of {_it_or_them(sums.agency)}"}
        | {"handed_over": units(plain["handed_over"])},
        "share": share_values(selection, period_figures),
        "has_handed_over": sums.handed_over > 0,
        "single_inhouse": units(sums.inhouse) == "1",
        "handed": part_values(selection, sums.handed_over, sums.inhouse, of="in-house"),
        "empty": _empty(selection, period_figures),
        "tickets_text": count(sums.tickets, "finished ticket"),
    }


def _empty(selection: Selection, period_figures: Figures) -> str:
    if period_figures.sums.tickets > 0 or period_figures.total > 0:
        return ""
    # Only reopenings make a total negative.
    taken = amount(-period_figures.total, selection.engagement.units.by)
    back = f" Reopenings of earlier work took back {taken}." if period_figures.total else ""
    return f"No ticket was finished in {selection.period.name}.{back}"


def _it_or_them(billionths: int) -> str:
    return "it" if units(billionths) == "1" else "them"


def _picture(selection: Selection, chart: charts.Chart) -> dict[str, Any]:
    mark = period_mark(selection, chart)
    first = chart.bars[0].span.first if chart.bars else selection.today
    last = chart.bars[-1].span.last if chart.bars else selection.today
    many = unit_name(selection.engagement.units.by, 0)
    return {
        "chart": chart,
        "mark": mark,
        "marks": month_marks(selection, chart, mark),
        "lines": charts.polylines(chart, 72),
        "names": span_names(selection, chart),
        "chart_title": f"{many.capitalize()} delivered by {selection.by}, {days(first, last)}",
        "chart_desc": describe(selection, chart),
        "little": f"{charts.LITTLE} {many}",
    }


def _frame(selection: Selection) -> dict[str, Any]:
    return {
        "address": url_for("project.content"),
        "agency": selection.engagement.agency_name,
        "engagement": selection.engagement.key,
        "period": selection.period,
        "by": selection.by,
        "kinds": selection.kinds,
        "zone": selection.engagement.zone,
        "hash": selection.hash,
        "unit_many": unit_name(selection.engagement.units.by, 0),
        "method": f"by {METHODS[selection.engagement.attribution]}",
        "covers": covers(selection.rules),
        "link": lambda figure: selection.url(figure=figure),
        "objective_link": lambda key, figure="tickets": selection.url(figure=figure, objective=key),
        "span_link": lambda span: selection.url(figure="total", **{"from": str(span.first), "to": str(span.last)}),
    }


def objective_rows(selection: Selection, rows: Mapping[str, Sequence[Row]]) -> list[ObjectiveRow]:
    objectives = []
    for objective in selection.engagement.objectives:
        sums = figures(rows.get(objective.key, ()), selection.period.first, selection.period.last, selection.rules).sums
        note = count(len(objective.learners), "learner") + " enrolled" if objective.learners else "no learner enrolled"
        parts = {kind: units(getattr(sums, kind)) for kind in ("taught", "done_only", "handed_over", "own")}
        due = day(objective.by) if objective.by else "–"
        objectives.append(ObjectiveRow(objective.key, objective.name, note, str(sums.tickets), parts, due))
    return objectives


def describe(selection: Selection, chart: charts.Chart) -> str:
    """Return a description of the chart, for those who cannot see it."""
    shares = [bar.share for bar in chart.bars if bar.share is not None]
    line = (
        f"from {percent(shares[0])} to {percent(shares[-1])}" if shares else "not shown, as no agency work was finished"
    )
    little = [bar.span.name for bar in chart.bars if bar.span.little]
    few = f" Little evidence in {selection.by} {', '.join(little)}." if little else ""
    return (
        f"Above, the taught share of the trailing four {selection.by}s goes {line}. Below, stacked bars of what was "
        f"delivered, by bucket.{few} Every value stands in the table that follows."
    )


def waiting_lines(selection: Selection, rows: Sequence[Row], *, complete: bool) -> list[str]:
    """Return what is not published, or may still change and until when, and why."""
    lines, period_figures = [], figures(rows, selection.period.first, selection.period.last, selection.rules)
    if not period_figures.taught_share.published:
        lines.append(str(share_values(selection, period_figures)["reason"]))
    fresh_from = monday(selection.today - FRESH)
    fresh = [row for row in rows if row[0] >= fresh_from and row[2].tickets > 0]
    lines += fresh_line([row for row in fresh if selection.period.first <= row[0] <= selection.period.last], fresh_from)
    if not complete and not fresh:
        lines.append("Some tickets still wait: for the other side’s confirmation, or for the rest of their history.")
    if period_figures.sums.unsized:
        tickets = count(period_figures.sums.unsized, "finished ticket")
        unit = unit_name(selection.engagement.units.by, 0)
        lines.append(f"{tickets} without a size: 0 {unit} until somebody sizes it.")
    return lines


def fresh_line(fresh: Sequence[Row], since: date) -> list[str]:
    """Return which tickets of a period are so fresh that they can change, and until when (measurement (g) 10)."""
    if not fresh:
        return []
    # By whole weeks: the last day itself would tell when the newest ticket was finished, also to who may not see it.
    tickets, until = sum(row[2].tickets for row in fresh), monday(max(row[0] for row in fresh)) + WEEK + FRESH
    dates = f"finished since {day(since)} may still change, the last before {day(until)}"
    rules = "a comment counts up to 3 days later, and a reopening within 14 days takes the evidence back"
    return [f"{count(tickets, 'ticket')} {dates}: {rules}."]


def monday(day_of_week: date) -> date:
    return day_of_week - timedelta(days=day_of_week.isoweekday() - 1)


def span_names(selection: Selection, chart: charts.Chart) -> list[str]:
    prefix = "Week " if selection.by == "week" else ""
    return [f"{prefix}{bar.span.name}, {days(bar.span.first, bar.span.last)}" for bar in chart.bars]
