"""What a review does not show, and why: figures with too little evidence, and those of too few people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.publish_gap import tickets_needed

Keys = dict[str, Any]
# Fewer people than may be told of; too few finished tickets; too few opportunities; no demand that could be covered.
FEW_PEOPLE, FEW_TICKETS, FEW_OPPORTUNITIES, NO_DEMAND = "few_people", "few_tickets", "few_opportunities", "no_demand"


def suppressed_of(report: Mapping[str, Any], by_objective: Sequence[Mapping[str, Any]], rules: Ruleset) -> list[Keys]:
    """Return each figure that a reader misses, with the number it has and the number it needs."""
    rows = [*_shares(report, by_objective, rules), *_people(report, rules), *_scores(report, rules)]
    return [{"key": key, "why": why, "has": has, "needs": needs} for key, why, has, needs in rows]


Row = tuple[str, str, float | None, float | None]


def _shares(report: Mapping[str, Any], by_objective: Sequence[Mapping[str, Any]], rules: Ruleset) -> Iterator[Row]:
    if not report["taught_share"]["published"]:
        yield "taught_share", FEW_TICKETS, report["taught_share"]["n"], tickets_needed(rules)
    for row in by_objective:
        if not row["published"]:
            yield f"by_objective.{row['key']}", FEW_TICKETS, row["tickets"], tickets_needed(rules)


def _people(report: Mapping[str, Any], rules: Ruleset) -> Iterator[Row]:
    for row in report.get("objectives", ()):
        if row["suppressed"] and "people_at_rung" in row:
            # How many there are would tell what is held back.
            yield f"objectives.{row['key']}.people_at_rung", FEW_PEOPLE, None, rules.k
    if "exit_coverage" in report and report["exit_coverage"]["two_holders"] is None:
        yield "exit_coverage", NO_DEMAND, None, None


def _scores(report: Mapping[str, Any], rules: Ruleset) -> Iterator[Row]:
    for dimension in report.get("dimensions", ()):
        for component in dimension["components"]:
            if not component["published"]:
                yield component["key"], FEW_OPPORTUNITIES, component["n"], None
    if "score" in report and not report["score"]["published"]:
        yield "score", FEW_OPPORTUNITIES, report["score"]["weight_covered"], rules.covered
