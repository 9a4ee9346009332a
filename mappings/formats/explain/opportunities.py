"""The lines of a component: one per ticket, or one per quarter for latencies of few people in works-council mode."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from mappings.formats.explain.model import OF_HUNDRED, Line, day_of
from mappings.formats.report.source import OpportunityRow, ReportSource, calendar_of
from mappings.measure.model.quarters import quarter_name
from mappings.measure.score.latencies import LATENCIES
from mappings.measure.score.opportunities import Count
from mappings.translation import formula_number, gettext


def lines_of(review: ReportSource, key: str, rows: Sequence[OpportunityRow], scale: float) -> list[Line]:
    """Return the lines of a component; `scale` is what one success gives."""
    # A latency of fewer than k people shows no ticket, day or person (docs/measurement.md (f)). Where nobody counted
    # the people, they are taken for few.
    if review.rules.works_council and key in LATENCIES and key not in review.of_many:
        return _by_quarter(review, rows, scale)
    return [_ticket(review, opportunity, scale) for opportunity in rows]


def _ticket(review: ReportSource, opportunity: OpportunityRow, scale: float) -> Line:
    x = float(opportunity.x)
    label = next((goal.name for goal in review.engagement.objectives if goal.key == opportunity.key), opportunity.key)
    when = day_of(opportunity.at, review)
    return Line(opportunity.issue_id, opportunity.key, label, scale * x, 100 * x, OF_HUNDRED, day=when)


def _by_quarter(review: ReportSource, rows: Sequence[OpportunityRow], scale: float) -> list[Line]:
    calendar = calendar_of(review.engagement)
    quarters: dict[str, list[OpportunityRow]] = {}
    for opportunity in sorted(rows, key=lambda opportunity: opportunity.at):
        quarters.setdefault(quarter_name(calendar.day(opportunity.at)), []).append(opportunity)
    return [
        Line(0, name, name, scale * float(sum(opportunity.x for opportunity in quarter_rows)), why=_met(quarter_rows))
        for name, quarter_rows in quarters.items()
    ]


def _met(opportunities: Sequence[OpportunityRow]) -> str:
    # Some are met in part: then how much of how many.
    if any(opportunity.x not in {0, 1} for opportunity in opportunities):
        part = formula_number(float(sum(opportunity.x for opportunity in opportunities)), ".4g")
        return gettext("%(x)s of %(n)s", x=part, n=len(opportunities))
    met = sum(opportunity.x == 1 for opportunity in opportunities)
    return gettext("%(met)s met, %(missed)s not met", met=met, missed=len(opportunities) - met)


def count_rows(rows: Sequence[OpportunityRow], counted: Mapping[Fraction, int]) -> Count:
    """Return x and n of the rows of a component, and of those that are counted by x."""
    x = sum((row.x for row in rows), Fraction(0)) + sum((x * n for x, n in counted.items()), Fraction(0))
    return Count(x, len(rows) + sum(counted.values()))


def sum_lines(lines: Sequence[Line], counted: Mapping[Fraction, int], scale: float) -> float:
    """Return what lines and those of the rows counted by x add up to, rounded once whichever these are."""
    listed = sum((Fraction(scale * float(x)) * n for x, n in counted.items()), Fraction(0))
    return float(sum((Fraction(line.contribution) for line in lines), listed))
