"""The lines of a component: a ticket each; of a latency of few people a quarter each, in works-council mode."""

from collections.abc import Sequence

from mappings.formats.explain.model import Line, day_of
from mappings.formats.report.source import OpportunityRow, ReportSource, calendar_of
from mappings.measure.model.quarters import quarter_name
from mappings.measure.score.latencies import LATENCIES


def lines_of(review: ReportSource, key: str, chances: Sequence[OpportunityRow], scale: float) -> list[Line]:
    """Return the lines of a component; `scale` is what one success gives.

    A latency that fewer than k people answered is told as met and not met per quarter (measurement (f)): no ticket, no
    day and no person stands there. Nobody having looked how many they were counts as few.
    """
    if review.rules.works_council and key in LATENCIES and key not in review.of_many:
        return _by_quarter(review, chances, scale)
    return [_ticket(review, chance, scale) for chance in chances]


def _ticket(review: ReportSource, chance: OpportunityRow, scale: float) -> Line:
    x = float(chance.x)
    label = next((one.name for one in review.engagement.objectives if one.key == chance.key), chance.key)
    return Line(chance.issue_id, chance.key, label, scale * x, x, "of 1", day=day_of(chance.at, review))


def _by_quarter(review: ReportSource, chances: Sequence[OpportunityRow], scale: float) -> list[Line]:
    calendar = calendar_of(review.engagement)
    found: dict[str, list[OpportunityRow]] = {}
    for chance in sorted(chances, key=lambda one: one.at):
        found.setdefault(quarter_name(calendar.day(chance.at)), []).append(chance)
    return [
        Line(0, name, name, scale * float(sum(chance.x for chance in every)), why=_met(every))
        for name, every in found.items()
    ]


def _met(every: Sequence[OpportunityRow]) -> str:
    """Say how many were met and how many not; of what can be met in part, how much of how many."""
    if any(chance.x not in {0, 1} for chance in every):
        return f"{float(sum(chance.x for chance in every)):.4g} of {len(every)}"
    met = sum(chance.x == 1 for chance in every)
    return f"{met} met, {len(every) - met} not met"
