"""Units, buckets and the taught share, opened into the ledger entries that add up to them."""

from collections.abc import Callable

from mappings.formats.explain.marks import WITHOUT, marks_in_words, units_without
from mappings.formats.explain.model import METHODS, Explained, Line, covers, move_of, sentence_of
from mappings.formats.explain.rule_texts import RULES, SHADOW, Rule
from mappings.formats.export.numbers import instant_text, units_of
from mappings.formats.report.source import ReportSource, Row, calendar_of, figures_in, figures_without
from mappings.measure.model.engagement import RUNGS, SIDES
from mappings.measure.period.figures import Figures, Share
from mappings.measure.period.rounding import percent, shown
from mappings.measure.ticket.work_shares import AGENCY

BUCKETS = ("total", *SIDES, "done_only", "taught", "handed_over", "inhouse_own")
"""The units of the report that ledger entries add up to."""
_NAMES = {"inhouse_own": "own"}


def rule_of(name: str) -> Rule:
    """Return the rule of a bucket under its name in the report."""
    return RULES[_NAMES.get(name, name)]


def explain_units(review: ReportSource, name: str) -> Explained:
    """Open a bucket: each entry gives its part, a reopening takes it back."""
    rule = rule_of(name)
    rows = [row for row in review.rows if rule.part(row)]
    total = sum(row.entry.sign * rule.part(row) for row in rows)
    by = unit_of(review)
    return Explained(
        path=f"units.{name}",
        title=rule.title,
        value=f"{shown(units_of(total))} {by}",
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="the sum of the tickets’ parts",
        inputs=(
            ("Tickets", str(len({row.issue_id for row in rows}))),
            *_method(review),
            *units_without(rows, rule.part, by),
        ),
        unit=by,
        number=units_of(total),
        lines=tuple(_line(review, row, units_of(row.entry.sign * rule.part(row)), "") for row in rows),
        moves=(move_of(rule, review),),
    )


def explain_unsized(review: ReportSource, name: str) -> Explained:
    """Open the tickets that have no size."""
    rows = {row.issue_id: row for row in review.rows if not row.entry.sized}
    return Explained(
        path=f"units.{name}",
        title="Not sized",
        value=f"{len(rows)} tickets",
        small="",
        rule="Tickets that were finished or reopened in the period and whose size is no number; they count as 0.",
        rule_id="unsized@1",
        formula="the number of tickets",
        inputs=(),
        unit="tickets",
        number=float(len(rows)),
        lines=tuple(_line(review, row, 1.0, "") for row in rows.values()),
        moves=("Give a ticket its size before it is finished.",),
    )


def explain_share(review: ReportSource, path: str) -> Explained:
    """Open the taught share: each ticket with an agency part gives what of it was taught, over all agency units."""
    rule, figures = RULES["taught_share"], figures_in(review)
    share, sums = figures.taught_share, figures.sums
    rows = [row for row in review.rows if row.entry.parts[AGENCY]]
    part: Callable[[Row], int] = lambda row: row.entry.sign * row.entry.taught  # noqa: E731 one word for two uses
    whole, unit = (sums.agency, "per cent") if share.published else (0, unit_of(review))
    taught = [100 * part(row) / whole if whole else units_of(part(row)) for row in rows]
    inputs = f"taught {shown(units_of(sums.taught))} of {shown(units_of(sums.agency))} agency units"
    return Explained(
        path=path,
        title=rule.title,
        value=_value(review, share),
        small=f"{inputs}, {share.n} tickets, {share.n_eff:.1f} effective",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="taught units / agency units; Wilson’s interval on (Σw)² / Σw² tickets, w = the agency’s part",
        inputs=(
            ("Taught", f"{shown(units_of(sums.taught))} {unit_of(review)}"),
            (f"Delivered by {review.engagement.agency_name}", f"{shown(units_of(sums.agency))} {unit_of(review)}"),
            ("n", f"{share.n}; published from {review.rules.prior_weight / 2:g}"),
            *_method(review),
            *_share_without(review),
        ),
        unit=unit,
        number=100 * sums.taught / whole if whole else units_of(sums.taught),
        lines=tuple(_line(review, row, one, _weight(row)) for row, one in zip(rows, taught, strict=True)),
        moves=share_moves(review, figures),
        why_not=None if share.published else share.why,
    )


def _value(review: ReportSource, share: Share) -> str:
    if not share.published or share.value is None or share.low is None or share.high is None:
        return "not published"
    interval = f"{covers(review.rules)} interval {percent(share.low)} to {percent(share.high)} %"
    return f"{percent(share.value)} %, {interval}"


def _share_without(review: ReportSource) -> tuple[tuple[str, str], ...]:
    without = figures_without(review)
    return () if without is None else ((WITHOUT, _value(review, without.taught_share)),)


def share_moves(review: ReportSource, figures: Figures) -> tuple[str, ...]:
    """Say what one more ticket of the usual size would do, taught through and not; or what would publish it."""
    share, sums = figures.taught_share, figures.sums
    missing = int(review.rules.prior_weight / 2) - share.n
    if missing > 0:
        return (f"{missing} more finished tickets with a part of {review.engagement.agency_name} publish it.",)
    if not share.published:
        return (f"Tickets of {review.engagement.agency_name} that are finished and stay so.",)
    usual = sums.w // share.n
    size, after = f"{shown(units_of(usual))} {unit_of(review)}", sums.agency + usual
    return (
        f"One more ticket of {size} taught through: {percent((sums.taught + usual) / after)} %.",
        f"One more ticket of {size} done only: {percent(sums.taught / after)} %.",
        SHADOW,
    )


def unit_of(review: ReportSource) -> str:
    """Return what a ticket counts in, in words."""
    return review.engagement.units.by.replace("_", " ")


def _method(review: ReportSource) -> tuple[tuple[str, str], ...]:
    return (("Method", METHODS[review.engagement.attribution]),)


def _weight(row: Row) -> str:
    return f"{shown(units_of(row.entry.sign * row.entry.parts[AGENCY]))} agency"


def _line(review: ReportSource, row: Row, amount: float, weight: str) -> Line:
    entry = row.entry
    verb = "done" if entry.sign > 0 else "reopened"
    # Where a works council says so no clock time of anybody's work is told (measurement (f)).
    when = str(calendar_of(review.engagement).day(entry.at)) if review.rules.works_council else instant_text(entry.at)
    why = f"{verb} {when}  {_shares(row)}{_learned(row)}{''.join(f'; {mark}' for mark in marks_in_words(row, review))}"
    return Line(row.issue_id, row.key, weight, amount, why)


def _shares(row: Row) -> str:
    weight = sum(row.entry.weights)
    named = zip(SIDES, row.entry.weights, strict=True)
    return f"{row.entry.method}: " + ", ".join(f"{side} {percent(part / weight)} %" for side, part in named if part)


def _learned(row: Row) -> str:
    if not row.entry.objectives:
        return "; no objective"
    kinds = ", ".join(RUNGS[kind - 1] for kind in row.entry.kinds) or "no in-house trace"
    return f"; {', '.join(row.entry.objectives)}: {kinds}"
