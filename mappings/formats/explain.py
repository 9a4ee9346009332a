"""One figure of a report opened as text: its rule, its inputs, its tickets."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from mappings.formats.report import Review, Row, figures_in, instant_text, units_of
from mappings.measure.engagement import RUNGS, SIDES
from mappings.measure.period import Share
from mappings.measure.rounding import percent, shown
from mappings.measure.ruleset import Ruleset, hash_of
from mappings.measure.shares import AGENCY, INHOUSE

Part = Callable[[Row], int]
"""Billionths of a unit that a done entry gives a figure; a reopening takes the same back."""


class Figure(Struct, frozen=True):
    """A figure under its name in the report: what it is called, its rule in one sentence, and its part of an entry."""

    title: str
    rule: str
    part: Part


def _side(place: int) -> Part:
    return lambda row: row.entry.parts[place]


FIGURES: Final[dict[str, Figure]] = {
    "total": Figure("All units", "The units of every finished ticket of the projects.", lambda row: row.entry.units),
    "agency": Figure(
        "Delivered by the agency",
        "The agency's share of each finished ticket's active business hours, times the ticket's units.",
        _side(AGENCY),
    ),
    "inhouse": Figure("Delivered in-house", "The in-house share: handed over and own together.", _side(INHOUSE)),
    "other": Figure("Other agency", "The share of people of another agency.", _side(1)),
    "gatekeeper": Figure("Gatekeepers", "The share of gatekeepers.", _side(3)),
    "unknown": Figure("Side not known", "The share of people whom the engagement puts on no side then.", _side(4)),
    "conflict": Figure("In conflict", "The share of people who were on two sides at once.", _side(5)),
    "done_only": Figure(
        "Done only",
        "The agency's part of tickets without an objective, or on which no in-house person shadowed or was assisted.",
        lambda row: row.entry.done_only,
    ),
    "taught": Figure(
        "Taught",
        "The agency's part of tickets with an objective on which an in-house person shadowed or was assisted.",
        lambda row: row.entry.taught,
    ),
    "handed_over": Figure(
        "Handed over",
        "The in-house part of tickets that somebody did alone whom the agency had taught the same objective before.",
        lambda row: sum(row.handed),
    ),
    "inhouse_own": Figure(
        "Own",
        "The in-house part that is not handed over.",
        lambda row: row.entry.parts[INHOUSE] - sum(row.handed),
    ),
    "taught_share": Figure(
        "Taught share",
        "Taught units divided by all units of the agency. Published from {least:.0f} finished tickets with an agency "
        "part, with Wilson's {cover} % interval on the effective number of tickets.",
        lambda row: row.entry.taught,
    ),
}
"""Every figure of the report that tickets add up to, by its name there."""


def explain(review: Review, name: str) -> str:
    """Return the figure as text for people; `name` is one of FIGURES."""
    figure = FIGURES[name]
    rows = [row for row in review.rows if _stands_behind(name, figure, row)]
    total = sum(row.entry.sign * figure.part(row) for row in rows)
    by = review.engagement.units.by.replace("_", " ")
    parts = [
        f"{figure.title}, {review.start} to {review.end} (end not included), {review.engagement.zone}",
        *(_share(review) if name == "taught_share" else [f"{shown(units_of(total))} {by}"]),
        "",
        f"Rule: {rule_of(figure, review.rules)}",
        f"Ruleset {review.rules.name} {hash_of(review.rules)}",
        f"Engagement {review.engagement.key} {review.engagement_hash}",
        f"Attribution {review.engagement.attribution}, as of {instant_text(review.as_of)}, evidence from Jira only",
        "",
        f"{len(rows)} ledger entries, in {by}:",
        *(_ticket(row, figure) for row in rows),
        f"{shown(units_of(total)):>10}  sum",
    ]
    return "\n".join(parts) + "\n"


def rule_of(figure: Figure, rules: Ruleset) -> str:
    """Return a figure's rule in one sentence, with the thresholds of the rules that hold."""
    return figure.rule.format(least=rules.prior_weight / 2, cover=percent(rules.interval))


def _stands_behind(name: str, figure: Figure, row: Row) -> bool:
    return bool(row.entry.parts[AGENCY] if name == "taught_share" else figure.part(row))


def _share(review: Review) -> list[str]:
    figures = figures_in(review)
    share, sums = figures.taught_share, figures.sums
    inputs = f"taught {shown(units_of(sums.taught))} of {shown(units_of(sums.agency))} agency units"
    return [_verdict(share, review.rules), f"{inputs}, {share.n} tickets, {share.n_eff:.1f} effective"]


def _verdict(share: Share, rules: Ruleset) -> str:
    if not share.published or share.value is None or share.low is None or share.high is None:
        return f"not published: {share.why}"
    interval = f"{percent(rules.interval)} % interval {percent(share.low)} to {percent(share.high)} %"
    return f"{percent(share.value)} %, {interval}"


def _ticket(row: Row, figure: Figure) -> str:
    entry = row.entry
    amount = shown(units_of(entry.sign * figure.part(row)))
    verb = "done" if entry.sign > 0 else "reopened"
    return f"{amount:>10}  {row.key}  {verb} {instant_text(entry.at)}  {_shares(row)}{_learned(row)}"


def _shares(row: Row) -> str:
    weight = sum(row.entry.weights)
    named = zip(SIDES, row.entry.weights, strict=True)
    return f"{row.entry.method}: " + ", ".join(f"{side} {percent(part / weight)} %" for side, part in named if part)


def _learned(row: Row) -> str:
    if not row.entry.objectives:
        return "; no objective"
    kinds = ", ".join(RUNGS[kind - 1] for kind in row.entry.kinds) or "no in-house trace"
    return f"; {', '.join(row.entry.objectives)}: {kinds}"
