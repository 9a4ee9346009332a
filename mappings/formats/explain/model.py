"""A figure opened: its rule, its inputs, what each ticket gives it, what would move it, and why it is not published."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from mappings.events.types import Instant
from mappings.formats.explain.rule_texts import Rule, worded
from mappings.formats.export.numbers import instant_text
from mappings.formats.report.source import ReportSource
from mappings.measure.model.ruleset import Ruleset, hash_of
from mappings.measure.period.rounding import shown

PRIOR = "(prior)"
NO_TICKETS = "A figure about people opens into its rule, never into tickets."
METHODS: Mapping[str, str] = {"active_time": "active time", "worklog": "logged time"}


class Line(Struct, frozen=True):
    """What a ticket (or, with `issue_id` 0, something else named by `key`) gives: its weight, its part, and why."""

    issue_id: int
    key: str
    weight: str
    contribution: float
    why: str = ""


class Explained(Struct, frozen=True):
    """A figure opened. The lines' contributions, in `unit`, add up to `number`; where that is None, `note` says why.

    `path` is the figure's place in the report, `value` and `small` are what people read, `why_not` says what keeps it
    from being published.
    """

    path: str
    title: str
    value: str
    small: str
    rule: str
    rule_id: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    unit: str
    number: float | None
    lines: tuple[Line, ...]
    moves: tuple[str, ...]
    why_not: str | None = None
    note: str = ""


def sentence_of(rule: Rule, review: ReportSource) -> str:
    """Return a rule's sentence with the agency's name in it and the thresholds of the rules that hold."""
    return worded(rule.sentence, review.engagement.agency_name, review.rules)


def move_of(rule: Rule, review: ReportSource) -> str:
    """Return what would move a figure of this rule, as `sentence_of` does."""
    return worded(rule.move, review.engagement.agency_name, review.rules)


def covers(rules: Ruleset) -> str:
    """Return how an interval of these rules is called, such as 80 %."""
    return f"{100 * rules.interval:.4g} %"


def day_text(at: Instant, review: ReportSource) -> str:
    """Return the engagement's own day of an instant, such as 2026-11-16: of people no more is told than the day."""
    return datetime.fromtimestamp(at / 1_000_000, ZoneInfo(review.engagement.zone)).date().isoformat()


def points(value: float) -> str:
    """Return a figure of 0 to 100 with one decimal."""
    return str(shown(value))


def text_of(one: Explained, review: ReportSource) -> str:
    """Return an opened figure as text for people."""
    rules, engagement = review.rules, review.engagement
    parts = [
        f"{one.title}, {review.start} to {review.end} (end not included), {engagement.zone}",
        f"not published: {one.why_not}" if one.why_not else one.value,
        *([one.small] if one.small else []),
        "",
        f"Rule: {one.rule}",
        f"Rule {one.rule_id} of ruleset {rules.name} {hash_of(rules)}",
        *([f"Formula: {one.formula}"] if one.formula else []),
        *(f"{name}: {value}" for name, value in one.inputs),
        f"Engagement {engagement.key} {review.engagement_hash}",
        f"Attribution {engagement.attribution}, as of {instant_text(review.as_of)}, evidence from Jira only",
        "",
        "What would move it:",
        *(f"  {move}" for move in one.moves),
        "",
        *_lines(one),
    ]
    return "\n".join(parts) + "\n"


def _lines(one: Explained) -> list[str]:
    if one.number is None:
        return [one.note]
    rows = [f"{points(row.contribution):>10}  {row.key}  {row.weight}  {row.why}".rstrip() for row in one.lines]
    return [f"{len(one.lines)} lines, in {one.unit}:", *rows, f"{points(one.number):>10}  sum"]
