"""The report of a period as text for a person at a terminal, made from the report's own figures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from connector import text
from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS
from mappings.measure.model.engagement import RUNGS
from mappings.measure.period.rounding import adds_up, number_text, shown

Report = Mapping[str, Any]
_OWNERS = {"agency": "the agency's", "client": "the client's", "joint": "of both"}
_SIDES = (
    ("agency", "Agency", (("taught", "taught"), ("done_only", "done only"))),
    ("inhouse", "In-house", (("handed_over", "handed over"), ("inhouse_own", "own"))),
)
_BESIDE = (("other", "Other agencies"), ("gatekeeper", "Gatekeepers"), ("unknown", "Unknown"), ("conflict", "Conflict"))


def report_text(report: Report, engagement_name: str) -> str:
    """Return a report in lines of at most 100 characters, as far as names allow."""
    sections = (_head(report, engagement_name), _units(report), _score(report), _objectives(report), _end(report))
    return "\n\n".join(block for lines in sections if (block := "\n".join(lines))) + "\n"


def _head(report: Report, name: str) -> Iterator[str]:
    first, last = date.fromisoformat(report["from"]), date.fromisoformat(report["to"]) - timedelta(days=1)
    yield f"{name} ({report['engagement']})"
    yield f"{text.days(first, last)}, {report['timezone']}, as of {report['as_of']}, rules {report['ruleset']['name']}"
    if not report["complete"]:
        yield "Not complete yet: history is being read, or evidence of the last days can still change."


def _units(report: Report) -> Iterator[str]:
    units, share = report["units"], report["taught_share"]
    yield f"Taught share   {_share(share)}"
    total = shown(units["total"])
    yield f"Delivered      {number_text(total)} {text.unit_name(units['by'], float(total))}"
    for side, name, parts in _SIDES:
        named = ", ".join(f"{_amount(units[part])} {word}" for part, word in parts)
        yield f"  {name:<15}{_amount(units[side]):>9}   {named}"
    for side, name in _BESIDE:
        if shown(units[side]):
            yield f"  {name:<15}{_amount(units[side]):>9}"
    if _is_off(units):
        yield "  Each amount is rounded on its own: added up, the parts can differ from their sum by 0.1 or more."
    if units["unsized_issues"]:
        yield f"  {text.count(units['unsized_issues'], 'ticket')} without a size count 0"


def _amount(amount: float) -> str:
    return number_text(shown(amount))


def _is_off(units: Report) -> bool:
    parts = {side: [part for part, _ in named] for side, _, named in _SIDES}
    wholes = (*parts.values(), [*parts, *(side for side, _ in _BESIDE)])
    return not all(adds_up([units[name] for name in names]) for names in wholes)


def _share(share: Report) -> str:
    tickets = text.count(share["n"], "ticket")
    if not share["published"]:
        return f"not shown: too little was finished ({tickets} with an agency part)"
    low, high = text.percent(share["low"]), text.percent(share["high"])
    return _plain(f"{text.percent(share['value'])} of what the agency delivered ({low} to {high}), {tickets}")


def _plain(words: str) -> str:
    return words.replace(text.THIN, " ")


def _score(report: Report) -> Iterator[str]:
    if "score" not in report:
        return
    score = report["score"]
    yield f"Integration    {_span(score)}" if score["published"] else "Integration    not shown: too little is known"
    for dimension in report["dimensions"]:
        name = f"{DIMENSIONS[dimension['key']].title:<18}"
        owner = _OWNERS[dimension["owner"]]
        value = _span(dimension) if dimension["published"] else "not shown"
        yield f"  {name}{value:<24} weight {dimension['weight']}, {owner}"
        for component in dimension["components"]:
            title = COMPONENTS[component["key"]].title
            yield f"    {title:<28} {number_text(shown(component['x']))} of {number_text(shown(component['n']))}"


def _span(figure: Report) -> str:
    if figure.get("value", figure.get("score")) is None:
        return "not shown"
    value = figure["value"] if "value" in figure else figure["score"]
    low, value_text, high = (number_text(shown(each)) for each in (figure["low"], value, figure["high"]))
    return f"{value_text} ({low} to {high})"


def _objectives(report: Report) -> Iterator[str]:
    if "objectives" not in report:
        return
    coverage = report["exit_coverage"]
    yield f"Without the agency   {_percent(coverage['one_holder'])} of the work could be done by somebody in-house,"
    yield f"                     {_percent(coverage['two_holders'])} by two people or more"
    for objective in report["objectives"]:
        people = objective["people_at_rung"]
        rungs = ", ".join(f"{people[rung]} {rung}" for rung in RUNGS if people[rung]) if people else ""
        yield f"  {objective['key']:<28} {_coverage(objective['coverage']):<14} {rungs}".rstrip()


def _percent(share: float | None) -> str:
    return "not shown" if share is None else _plain(text.percent(share))


def _coverage(coverage: str | None) -> str:
    return coverage or "not shown"


def _end(report: Report) -> Iterator[str]:
    entries: Sequence[Report] = report["issues"]
    tickets = len({entry["id"] for entry in entries})
    reopened = sum(entry["entry"] == "reopened" for entry in entries)
    again = f", {text.count(reopened, 'reopening')}" if reopened else ""
    yield f"{text.count(tickets, 'ticket')}{again}. --format csv lists them; teachback explain opens each figure."
