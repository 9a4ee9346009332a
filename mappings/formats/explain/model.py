"""The model of an explanation: a figure's value, rule, inputs, tickets, and what would move it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from mappings.events.types import Instant
from mappings.formats.explain.figure_days import figure_days
from mappings.formats.explain.rule_texts import Rule, fill_move, fill_placeholders
from mappings.formats.export.figure import HUNDRED, NOT_PUBLISHED, PER_CENT, Value
from mappings.formats.export.numbers import instant_text
from mappings.formats.report.source import ReportSource, calendar_of
from mappings.measure.model.ruleset import Ruleset, hash_of
from mappings.measure.period.rounding import percent, shown, shown_parts, shown_sum
from mappings.translation import Texts, decimal_text, gettext, mark

PRIOR = mark("Start value, without any evidence")
# Units of weights: an opportunity is told on the scale of the score, from 0 to 100; a share is a part of the weight.
OF_HUNDRED, OF_THE_WEIGHT = mark("of 100"), mark("of the weight")
NO_TICKETS = mark("A figure about people opens into its rule, never into tickets.")
METHODS: Mapping[str, str] = Texts({"active_time": mark("active time"), "worklog": mark("logged time")})


class Line(Struct, frozen=True):
    """What a ticket (or, with `issue_id` 0, something else that `label` names) gives a figure, and why.

    `weight` is its weight in `weight_unit`; `day` the day of its entry or opportunity; `detail` is only for
    whoever runs Teachback, not for pages. `is_earlier`: it stands for all tickets before those that are listed.
    `printed` and `printed_weight` are both as shown, of a ticket whose amounts are the same wherever it stands.
    """

    issue_id: int
    key: str
    label: str
    contribution: float
    weight: float | None = None
    weight_unit: str = ""
    why: str = ""
    day: date | None = None
    detail: str = ""
    is_earlier: bool = False
    printed: Decimal | None = None
    printed_weight: Decimal | None = None


class Explained(Struct, frozen=True):
    """An explanation. The lines' contributions, in `unit`, add up to `number`; where that is None, `note` says why.

    `path` is the figure's path in the report; `columns` are the heads of weight and contribution. `base` is the sum of
    the weights where the figure is a ratio: number / base is its value. `details` are for statisticians. Lines are
    listed from the last to the first; `order` says by what, where it is not by their day. `day_words` is what happened
    on a line's day, with a place for it.
    """

    path: str
    title: str
    value: Value
    small: str
    rule: str
    rule_id: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    unit: str
    number: float | None
    lines: tuple[Line, ...]
    moves: tuple[str, ...]
    note: str = ""
    columns: tuple[str, str] = (mark("Counts"), mark("Adds"))
    base: float | None = None
    details: tuple[tuple[str, str], ...] = ()
    order: str = ""
    day_words: str = ""

    @property
    def printed_weights(self) -> tuple[str, ...]:
        """Each line's weight as printed; of a ratio they add up to the base as printed, with `rounding`."""
        if self.base is None:
            return tuple(weight_text(line) for line in self.lines)
        return tuple(decimal_text(weight) for weight in self._weights)

    @property
    def printed(self) -> tuple[str, ...]:
        """Each line's contribution as printed; with `rounding` they add up to the sum as printed."""
        return tuple(decimal_text(part) for part in self._parts)

    @property
    def is_fitted(self) -> bool:
        """Whether a contribution was rounded to another number than its own, so that they add up."""
        if self._is_of_tickets:
            return False
        plain = (decimal_text(shown(line.contribution)) for line in self.lines)
        return self.printed != tuple(plain)

    @property
    def rounding(self) -> tuple[str, str] | None:
        """What the printed weights and contributions lack of the printed sums; None where they add up."""
        part = self._sum - sum(self._parts)
        weight = Decimal(0) if self.base is None else shown(self.base) - sum(self._weights)
        return (decimal_text(weight), decimal_text(part)) if part or weight else None

    @property
    def _is_of_tickets(self) -> bool:
        return any(line.printed is not None for line in self.lines)

    @property
    def _parts(self) -> tuple[Decimal, ...]:
        if not self._is_of_tickets:
            return shown_parts([line.contribution for line in self.lines], float(self._sum))
        return tuple(shown(line.contribution) if line.printed is None else line.printed for line in self.lines)

    @property
    def _weights(self) -> tuple[Decimal, ...]:
        if not self._is_of_tickets:
            return shown_parts([line.weight or 0.0 for line in self.lines], self.base or 0.0)
        return tuple(
            shown(line.weight or 0.0) if line.printed_weight is None else line.printed_weight for line in self.lines
        )

    @property
    def printed_sum(self) -> str:
        """The sum of the contributions as printed; "" where there are none."""
        return "" if self.number is None else decimal_text(self._sum)

    @property
    def _sum(self) -> Decimal:
        return shown_sum(self.number or 0.0) if self.unit == HUNDRED else shown(self.number or 0.0)


def sentence_of(rule: Rule, source: ReportSource) -> str:
    return fill_placeholders(rule.sentence, source.engagement.agency_name, source.rules)


def move_of(rule: Rule, source: ReportSource) -> str:
    return fill_move(rule, source.engagement, source.rules)


def covers(rules: Ruleset) -> str:
    return f"{100 * rules.interval:.4g} %"


def per_cent(share: float | None, rules: Ruleset, low: float | None = None, high: float | None = None) -> Value:
    """Return a share of 0 to 1 as a value in per cent, with its interval."""
    if share is None:
        return Value(gettext(NOT_PUBLISHED), unit=PER_CENT)
    ends = (None if low is None else 100 * low, None if high is None else 100 * high)
    return Value(f"{percent(share)} %", 100 * share, *ends, PER_CENT, covers(rules))


def of_hundred(value: float | None, rules: Ruleset, low: float | None = None, high: float | None = None) -> Value:
    """Return a figure of 0 to 100 as a value, with its interval."""
    if value is None:
        return Value(gettext(NOT_PUBLISHED), unit=HUNDRED)
    return Value(hundred_text(value), value, low, high, HUNDRED, covers(rules))


def hundred_text(value: float) -> str:
    return gettext("%(value)s of 100", value=shown(value, 0))


def day_of(at: Instant, source: ReportSource) -> date:
    """Return the day of an instant in the engagement's zone."""
    # About people no clock time is shown, only days.
    return calendar_of(source.engagement).day(at)


def points(value: float) -> str:
    return decimal_text(shown(value))


def sum_text(value: float) -> str:
    """Return with one place a figure that stands elsewhere as a whole number, as its parts add up to it there."""
    return decimal_text(shown_sum(value))


def text_of(figure: Explained, source: ReportSource) -> str:
    rules, engagement, value = source.rules, source.engagement, figure.value
    first, end = figure_days(source, figure.path)
    headline = ", ".join(filter(None, (value.text, value.interval)))
    parts = [
        f"{figure.title}, {first} to {end} (end not included), {engagement.zone}",
        f"{NOT_PUBLISHED}: {value.why_not}" if value.why_not else headline,
        *([figure.small] if figure.small else []),
        "",
        f"Rule: {figure.rule}",
        f"Rule {figure.rule_id} of ruleset {rules.name} {hash_of(rules)}",
        *([f"Formula: {figure.formula}"] if figure.formula else []),
        *(f"{name}: {text}" for name, text in (*figure.inputs, *figure.details)),
        f"Engagement {engagement.key} {source.engagement_hash}",
        f"Attribution {engagement.attribution}, as of {instant_text(source.as_of)}, evidence from Jira only",
        "",
        "What would move it:",
        *(f"  {move}" for move in figure.moves),
        "",
        *_lines(figure),
    ]
    return "\n".join(parts) + "\n"


def _lines(figure: Explained) -> list[str]:
    if figure.number is None:
        return [figure.note]
    printed = zip(figure.printed, figure.lines, strict=True)
    rows = [f"{part:>10}  {_line(line)}".rstrip() for part, line in printed]
    off = [f"{figure.rounding[1]:>10}  rounding"] if figure.rounding else []
    return [f"{len(figure.lines)} lines, in {figure.unit}:", *rows, *off, f"{figure.printed_sum:>10}  sum"]


def _line(line: Line) -> str:
    day = line.day.isoformat() if line.day else ""
    return "  ".join(filter(None, (line.label, weight_text(line), day, line.why, line.detail)))


def weight_text(line: Line) -> str:
    # A line's weight as text; '' where it has none.
    if line.weight is None:
        return ""
    is_share = line.weight_unit == OF_THE_WEIGHT
    amount = decimal_text(Decimal(f"{line.weight:.3g}")) if is_share else points(line.weight)
    return f"{amount} {gettext(line.weight_unit) if line.weight_unit else ''}".rstrip()
