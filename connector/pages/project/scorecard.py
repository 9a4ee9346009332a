"""The figures of the project page: read from the sums of days, never from single issues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from connector.pages.periods import Period
from connector.pages.project import charts
from connector.pages.project.chart_text import BY_TEXTS, describe, span_names
from connector.pages.project.phases import AgreementChanges, changes_between, phases_of, words_by_span
from connector.pages.terms import part_text
from connector.pages.unit_choice import unit_query
from connector.text import THIN, amount, capital, count, days, percent, short_month, unit_name, units
from mappings.formats.explain.latest import ANY_OBJECTIVE, with_objective
from mappings.formats.explain.model import covers
from mappings.formats.explain.publish_gap import gap_sentence
from mappings.measure.model.engagement import Engagement, UnitsBy
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.period import rounding
from mappings.measure.period.figures import Figures, Row, figures
from mappings.translation import Texts, gettext, mark, ngettext

# How far back the picture reaches: half a year.
SPAN_DAYS = 26 * 7
BY = {"week": charts.weeks_between, "month": charts.months_between}
HIDDEN_SIDES = ("other", "unknown", "conflict")
METHODS = Texts({"active_time": mark("by active time"), "worklog": mark("by logged time")})


@dataclass(frozen=True)
class Selection:
    """What a viewer selected: an engagement seen from a project, a period, and bars by week or month, in a unit."""

    engagement: Engagement
    hash: str
    period: Period
    by: str
    today: date
    as_agency: bool
    rules: Ruleset = DEFAULT
    unit: UnitsBy | None = None
    draws_all: bool = False

    @property
    def shown_unit(self) -> UnitsBy:
        """The unit in which the reader sees what was delivered; everything else counts in the agreement's."""
        return self.unit or self.engagement.units.by

    @property
    def unit_query(self) -> dict[str, Any]:
        return unit_query(self.engagement.units.by, self.shown_unit)

    @property
    def kinds(self) -> tuple[str, ...]:
        # An agency sees what is neither its own nor in-house as one.
        left_out = HIDDEN_SIDES if self.as_agency else ("rest",)
        return tuple(kind for kind in charts.KINDS if kind not in left_out)

    @property
    def picture_from(self) -> date:
        """The first day of the picture: half a year back, or where the engagement began."""
        last = min(self.period.last, self.today)
        return min(last, max(self.engagement.starts, last - timedelta(days=SPAN_DAYS - 1)))

    def url(self, **values: Any) -> str:
        period: dict[str, Any] = {"from": str(self.period.first), "to": str(self.period.last)}
        return url_for("figures.show", engagement=self.engagement.key, **(period | values))


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


def spans(selection: Selection, rows: Sequence[Row], shown: Sequence[Row]) -> list[charts.Span]:
    """Return the weeks or months: `shown` are the sums in the unit of the bars, `rows` those in the agreement's."""
    spans_of_units = []
    for start, end, name in BY[selection.by](selection.picture_from, min(selection.period.last, selection.today)):
        agreed = figures(rows, start, end, selection.rules).sums
        sums = agreed if shown is rows else figures(shown, start, end, selection.rules).sums
        scaled = {kind: part / BILLION for kind, part in buckets(sums, selection.kinds).items()}
        evidence = agreed.taught / BILLION, agreed.agency / BILLION
        spans_of_units.append(charts.Span(start, end, name, scaled, *evidence, sums.unsized))
    return spans_of_units


def period_mark(selection: Selection, chart: charts.Chart) -> Mark | None:
    period = selection.period
    inside = [bar for bar in chart.bars if bar.span.last >= period.first and bar.span.first <= period.last]
    if not inside:
        return None
    return Mark(inside[0].slot, round(inside[-1].slot + chart.slot, 3), period.quarter)


def month_marks(selection: Selection, chart: charts.Chart, mark: Mark | None) -> list[tuple[float, str, bool]]:
    """Return the month names under the bars, but where the period's own name stands, and whether one is near it."""
    if selection.by == "week":
        marks = charts.month_marks(chart.bars)
    else:
        marks = [(bar.slot, short_month(bar.span.first)) for bar in chart.bars]
    apart = [(x, name, x - mark.x if mark else -1) for x, name in marks]
    return [(x, name, 0 <= gap < 26) for x, name, gap in apart if not 0 <= gap < 8]


def share_values(selection: Selection, period_figures: Figures) -> dict[str, object]:
    """Return the taught share for the page, or why it is not published (measurement (d), publish rule)."""
    share, sums = period_figures.taught_share, period_figures.sums
    if not share.published or share.value is None or share.low is None or share.high is None:
        assert share.missing is not None
        reason, needed = gap_sentence(share.missing, selection.engagement.agency_name), share.missing.needed
        return {"published": False, "reason": reason, "full": max(0, min(100, round(100 * share.n / needed)))}
    low, high = percent(share.low), percent(share.high)
    return {
        "published": True,
        "value": share.value,
        "full": round(100 * share.value, 2),
        "low": round(100 * share.low, 2),
        "high": round(100 * share.high, 2),
        "parts": part_text(sums.taught, sums.agency, selection.engagement.units.by),
        "interval": f"{low.split(THIN)[0]}–{high}",
        "n_text": ngettext("on %(num)s ticket", "on %(num)s tickets", share.n),
    }


def handed_values(selection: Selection, part: int, whole: int) -> dict[str, object]:
    """Return what was handed over for the page: "3 points", "of 11 in-house points with an objective"."""
    by = selection.engagement.units.by
    full = round(100 * min(1.0, max(0.0, part / whole)), 2) if whole > 0 else 0
    text = gettext("of %(whole)s in-house %(units)s with an objective", whole=units(whole), units=unit_name(by, 0))
    return {"value": units(part), "full": full, "text": text}


def build(
    selection: Selection,
    sums: Mapping[str, Sequence[Row]],
    agreed: AgreementChanges,
    shown: Sequence[Row],
) -> dict[str, Any]:
    """Return everything the page shows of a period, from the sums of its days and what was agreed meanwhile.

    `sums` are by objective; `shown` are those of the whole in the unit that the reader chose.
    """
    rows = sums.get("", ())
    period = selection.period.first, selection.period.last, selection.rules
    period_figures, shown_figures = figures(rows, *period), figures(shown, *period)
    weeks = spans(selection, rows, shown)
    # An agency of which the bars would hardly be seen sees its part alone, unless it asks for all.
    is_small_part = selection.as_agency and charts.is_small_part(weeks)
    kinds = charts.PART_KINDS if is_small_part and not selection.draws_all else charts.KINDS
    chart = charts.stack(weeks, top=126, height=150, kinds=kinds)
    return {
        "figures": period_figures,
        **_sentence(selection, period_figures, figures(with_objective(sums), *period).sums.inhouse),
        **_picture(selection, chart),
        **_phases(selection, chart, agreed),
        **_frame(selection),
        "legend": _legend(chart, buckets(shown_figures.sums, selection.kinds)),
        "is_small_part": is_small_part,
        "drawn_kinds": kinds,
    }


def _legend(chart: charts.Chart, sums: Mapping[str, int]) -> list[tuple[str, str]]:
    # Only what is drawn, or counted in the period.
    drawn = {segment.kind for bar in chart.bars for segment in bar.segments}
    return [(kind, units(part)) for kind, part in sums.items() if part or kind in drawn]


def _sentence(selection: Selection, period_figures: Figures, agreed: int) -> dict[str, Any]:
    """Return the amounts of the first sentence; `agreed` is the in-house part of tickets with an objective."""
    sums, by = period_figures.sums, selection.engagement.units.by
    amounts = {"agency": sums.agency, "inhouse": sums.inhouse, "agreed": agreed}
    plain = {"taught": sums.taught, "handed_over": sums.handed_over}
    return {
        "amounts": {k: amount(v, by) for k, v in amounts.items()}
        | {"taught": _taught_of(sums.taught, sums.agency)}
        | {"handed_over": units(plain["handed_over"])},
        "share": share_values(selection, period_figures),
        "has_handed_over": sums.handed_over > 0,
        "is_on_agreed": 0 < agreed < sums.inhouse,
        "single_inhouse": units(agreed if 0 < agreed < sums.inhouse else sums.inhouse) == "1",
        "handed": handed_values(selection, sums.handed_over, agreed),
        "empty": _empty(selection, period_figures),
        "tickets_text": count(sums.tickets, "finished ticket"),
        "unsized_text": count(sums.unsized, "finished ticket"),
    }


def _empty(selection: Selection, period_figures: Figures) -> str:
    if period_figures.sums.tickets > 0 or period_figures.total > 0:
        return ""
    # Only reopenings make a total negative.
    taken = amount(-period_figures.total, selection.engagement.units.by)
    nothing = gettext("No ticket was finished in %(period)s.", period=selection.period.name)
    if not period_figures.total:
        return nothing
    taken_back = gettext("Reopenings of earlier work took back %(amount)s.", amount=taken)
    return f"{nothing} {taken_back}"


def _taught_of(taught: int, agency: int) -> str:
    if units(agency) == "1":
        return gettext("%(amount)s of it", amount=units(taught))
    return gettext("%(amount)s of them", amount=units(taught))


def _picture(selection: Selection, chart: charts.Chart) -> dict[str, Any]:
    mark = period_mark(selection, chart)
    first = chart.bars[0].span.first if chart.bars else selection.today
    last = chart.bars[-1].span.last if chart.bars else selection.today
    many, agreed = unit_name(selection.shown_unit, 0), unit_name(selection.engagement.units.by, 0)
    return {
        "chart": chart,
        "mark": mark,
        "marks": month_marks(selection, chart, mark),
        "lines": charts.polylines(chart, 72),
        "names": span_names(selection.by, chart),
        "chart_title": gettext(BY_TEXTS[selection.by].chart, units=capital(many), days=days(first, last)),
        "chart_desc": describe(selection.by, chart),
        "little": f"{charts.LITTLE} {agreed}",
        "is_off": not all(rounding.adds_up(bar.span.units.values()) for bar in chart.bars),
        "has_little": any(bar.span.little for bar in chart.bars),
        "has_own": any(bar.own is not None and not bar.span.little for bar in chart.bars),
        "shown_many": many,
        "shown_name": capital(many),
    }


def _phases(selection: Selection, chart: charts.Chart, agreed: AgreementChanges) -> dict[str, Any]:
    last = min(selection.period.last, selection.today)
    changes = changes_between(selection.engagement, agreed, selection.picture_from, last)
    return {"phases": phases_of(chart, changes), "changed": words_by_span(chart, changes)}


def _frame(selection: Selection) -> dict[str, Any]:
    shared = url_for("figures.show", engagement=selection.engagement.key, **selection.unit_query)
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
        "method": METHODS[selection.engagement.attribution],
        "method_name": capital(METHODS[selection.engagement.attribution]),
        "covers": covers(selection.rules),
        "link": lambda figure: selection.url(figure=figure),
        "agreed_link": selection.url(figure="inhouse", objective=ANY_OBJECTIVE),
        "objective_link": lambda key, figure="tickets": selection.url(figure=figure, objective=key),
        "shown_link": lambda figure: selection.url(figure=figure, **selection.unit_query),
        # The table has hundreds of these: what they share is made once, and the rest needs no quoting.
        "span_link": lambda span, figure="total": f"{shared}&figure={figure}&from={span.first}&to={span.last}",
    }
